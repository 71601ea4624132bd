// URLs of shards, as far as the config must understand them: is the kind one that we have, what may be shown.

import { SHARD_SCHEMES } from './vocabulary.ts';

/** The URL without credentials and parameters; null where it is no URL of a kind of shard that this gateway has. */
export function shardLabel(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, pathname } = new URL(url);
  if (!SHARD_SCHEMES.some((scheme) => scheme === protocol)) return null;
  if (protocol === 'memory:') return `memory:${pathname}`;
  return host === '' ? null : `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
}
