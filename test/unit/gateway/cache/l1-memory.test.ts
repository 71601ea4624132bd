// L1's bound in bytes is a bound on memory: what it counts is what the process takes.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { spawnChild } from '../../../support/child.ts';
import type { Filled } from './fill-l1.ts';

const PROGRAM = fileURLToPath(new URL('fill-l1.ts', import.meta.url));
const MAX_BYTES = 64 * 1024 * 1024;
/** Pages of V8's that are not full, and what the program itself has grown by. */
const MARGIN_BYTES = 8 * 1024 * 1024;

async function fill(shape: string): Promise<Filled> {
  const child = spawnChild({ name: 'fill-l1', command: process.execPath, args: ['--expose-gc', PROGRAM, shape] });
  const { code } = await child.waitForExit(120_000);
  if (code !== 0) throw new Error(child.output());
  return JSON.parse(child.stdout());
}

describe('L1, filled over its bound', () => {
  it.each(['five', 'tiny', 'long', 'lists', 'nested', 'cut', 'lonely'])(
    'takes the memory that it counts: %s',
    async (shape) => {
      const { countedBytes, heapBytes, residentBytes } = await fill(shape);
      expect(countedBytes).toBeLessThanOrEqual(MAX_BYTES);
      expect(countedBytes).toBeGreaterThan(0.98 * MAX_BYTES);
      expect(heapBytes / countedBytes).toBeGreaterThan(0.85);
      expect(heapBytes / countedBytes).toBeLessThan(1.15);
      expect(residentBytes).toBeLessThan(1.15 * MAX_BYTES + MARGIN_BYTES);
    },
  );

  it('takes at most 600 bytes for an entity of 5 fields', async () => {
    const { heapBytes, recordCount } = await fill('five');
    expect(heapBytes / recordCount).toBeLessThanOrEqual(600);
  });
});
