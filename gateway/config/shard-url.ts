// Reads the URLs of shards: what kind each is, and the name that it has in the ring, in logs and in metrics.

import type { z } from 'zod';
import { readSize } from './units.ts';
import { SHARD_SCHEMES } from './vocabulary.ts';

/** The name holds no password and is the same for every gateway; `href` may hold one. */
export type ShardUrl =
  | { readonly kind: 'memory'; readonly name: string; readonly maxBytes: number }
  | { readonly kind: 'redis'; readonly name: string; readonly href: string };

/** What is wrong with a URL, never with its password. */
interface WrongUrl {
  readonly kind: 'wrong';
  readonly expected: string;
  readonly got: string;
}

const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024;
const LEAST_MEMORY_BYTES = 64 * 1024;
const DEFAULT_REDIS_PORT = '6379';

/** For a list in a schema: each URL that is none of a shard, and each shard that comes again, is a problem at its own place. */
export function readShardUrls(texts: readonly string[], context: z.RefinementCtx): readonly ShardUrl[] {
  const names = new Set<string>();
  return texts.flatMap((text, index): readonly ShardUrl[] => {
    const read = readShardUrl(text);
    const url =
      read.kind !== 'wrong' && names.has(read.name) ? wrong(`${read.name} again`, 'expected each shard once') : read;
    if (url.kind === 'wrong') {
      context.addIssue({ code: 'custom', path: [index], message: url.expected, params: { got: url.got } });
      return [];
    }
    names.add(url.name);
    return [url];
  });
}

/** @param text such as `memory:NAME?max=64MiB`, `redis://user:password@host:6379/1`, `rediss://host` */
export function readShardUrl(text: string): ShardUrl | WrongUrl {
  const url = URL.parse(text);
  if (url === null) return wrong(/^[\w+.-]+:/.exec(text) ? 'a text that is no URL' : 'a text without a scheme');
  switch (url.protocol) {
    case 'memory:':
      return readMemoryUrl(url);
    case 'redis:':
    case 'rediss:':
      return readRedisUrl(url, text);
    default:
      return wrong(`scheme ${url.protocol}`);
  }
}

function readMemoryUrl(url: URL): ShardUrl | WrongUrl {
  const max = url.searchParams.get('max');
  const maxBytes = max === null ? DEFAULT_MEMORY_BYTES : /^\d+$/.test(max) ? Number(max) : readSize(max);
  if (maxBytes >= LEAST_MEMORY_BYTES && Number.isSafeInteger(maxBytes)) {
    return { kind: 'memory', name: `memory:${url.pathname}`, maxBytes };
  }
  return wrong(`max=${max}`, 'expected a size of at least 64KiB for max, such as 64MiB');
}

function readRedisUrl(url: URL, href: string): ShardUrl | WrongUrl {
  const database = url.pathname.replace(/^\//, '');
  if (url.hostname === '') return wrong(`${url.protocol}// without a host`);
  if (!/^\d*$/.test(database))
    return wrong(`database "${database}" of ${url.host}`, 'expected the number of a database');
  const name = `${url.protocol}//${url.hostname}:${url.port === '' ? DEFAULT_REDIS_PORT : url.port}`;
  return {
    kind: 'redis',
    name: database === '' || Number(database) === 0 ? name : `${name}/${Number(database)}`,
    href,
  };
}

const wrong = (got: string, expected = `expected the URL of a shard (${SHARD_SCHEMES.join(' ')})`): WrongUrl => ({
  kind: 'wrong',
  expected,
  got,
});
