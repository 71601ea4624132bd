// Takes the last records out of a stopped broker's folder, as a power cut does: Kafka acknowledges before it flushes.
import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes before the part of a batch that its length counts: base offset and length. */
const BATCH_START_BYTES = 12;

/**
 * @param dir of a partition with one segment, its first
 * @throws {Error} when it holds nothing from this offset on, or this offset is within a batch
 */
export async function cutTail(dir: string, fromOffset: number): Promise<void> {
  const segment = join(dir, '00000000000000000000.log');
  await truncate(segment, positionOf(await readFile(segment), fromOffset));
  // What is derived from the segment is made anew when it is missing.
  const derived = (await readdir(dir)).filter((name) => /\.(index|timeindex|snapshot)$/.test(name));
  for (const name of derived) await rm(join(dir, name));
}

/** Where in the segment the batch with this first offset begins. */
function positionOf(segment: Buffer, fromOffset: number): number {
  for (let at = 0; at + BATCH_START_BYTES <= segment.length; ) {
    const baseOffset = Number(segment.readBigInt64BE(at));
    const lengthBytes = segment.readInt32BE(at + 8);
    if (baseOffset === fromOffset) return at;
    if (baseOffset > fromOffset || lengthBytes <= 0) break;
    at += BATCH_START_BYTES + lengthBytes;
  }
  throw new Error(`Expected a batch that begins at offset ${fromOffset}, found none`);
}
