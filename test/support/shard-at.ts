// A shard's address for tests that open one by its URL.
import { readShardUrl, type ShardUrl } from '../../gateway/config/shard-url.ts';

/** @throws {Error} what is wrong with the URL */
export function shardAt(text: string): ShardUrl {
  const url = readShardUrl(text);
  if (url.kind === 'wrong') throw new Error(`${url.expected}, got ${url.got}`);
  return url;
}
