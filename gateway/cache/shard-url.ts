// Reads the URL of a shard: what kind it is, and the name that it has in the ring, in logs and in metrics.

import { GatewayError } from '../errors.ts';

export type ShardUrl =
  | { readonly kind: 'memory'; readonly name: string; readonly maxBytes: number }
  | { readonly kind: 'redis'; readonly name: string; readonly href: string };

const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024;
const LEAST_MEMORY_BYTES = 64 * 1024;
const SIZE = /^(\d+)(B|KiB|MiB|GiB)?$/;
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** @throws {GatewayError} SHARD_URL_INVALID. The message never holds a password */
export function parseShardUrl(text: string): ShardUrl {
  const url = URL.parse(text);
  if (url === null) throw invalid(`"${withoutCredentials(text)}", which is no URL`);
  switch (url.protocol) {
    case 'memory:':
      return { kind: 'memory', name: `memory:${url.pathname}`, maxBytes: readMaxBytes(url) };
    case 'redis:':
    case 'rediss:':
      return { kind: 'redis', name: redisName(url), href: text };
    default:
      throw invalid(`"${withoutCredentials(text)}", whose kind is ${url.protocol.slice(0, -1)}`);
  }
}

function redisName(url: URL): string {
  const database = url.pathname.replace(/^\//, '');
  if (url.hostname === '') throw invalid(`a ${url.protocol}// URL without a host`);
  if (!/^\d*$/.test(database)) throw invalid(`database "${database}" for ${url.host}, which is no number`);
  const name = `${url.protocol}//${url.hostname}:${url.port === '' ? '6379' : url.port}`;
  return database === '' || database === '0' ? name : `${name}/${Number(database)}`;
}

function readMaxBytes(url: URL): number {
  const max = url.searchParams.get('max');
  if (max === null) return DEFAULT_MEMORY_BYTES;
  const [, number, unit = 'B'] = SIZE.exec(max) ?? [];
  const bytes = Number(number) * (UNIT_BYTES[unit] ?? Number.NaN);
  if (bytes >= LEAST_MEMORY_BYTES && Number.isSafeInteger(bytes)) return bytes;
  throw invalid(`max=${max} in "${url.href}": expected a size of at least 64KiB, such as 64MiB`);
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//…@');
}

function invalid(what: string): GatewayError {
  const expected = 'memory:NAME, redis://host:port or rediss://host:port';
  return new GatewayError('SHARD_URL_INVALID', `Expected the URL of a shard as ${expected}, got ${what}`);
}
