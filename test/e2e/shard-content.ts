// What Redis shards hold, asked past everything of ours.
import { createClient } from '@redis/client';
import type { RedisServer } from '../support/redis-server.ts';

/** The stored texts in which all of these parts stand, out of all keys of all shards. */
export async function textsWith(
  shards: readonly RedisServer[],
  ...parts: readonly string[]
): Promise<readonly string[]> {
  const texts = (await Promise.all(shards.map(allTexts))).flat();
  return texts.filter((text) => parts.every((part) => text.includes(part)));
}

/** How the address of an entity's record names it: in JSON within JSON. */
export const addressOfProduct = (upc: string): string =>
  JSON.stringify(`/Product/entity/{"upc":"${upc}"}`).slice(1, -1);

async function allTexts({ url }: RedisServer): Promise<readonly string[]> {
  const client = createClient({ url, socket: { connectTimeout: 5_000, reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const keys = await client.keys('*');
    const texts = await Promise.all(keys.map((key) => client.get(key)));
    return texts.filter((text) => text !== null);
  } finally {
    client.destroy();
  }
}
