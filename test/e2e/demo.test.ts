// `npm run demo` shows what it promises, and leaves nothing behind.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { spawnChild } from '../support/child.ts';

const folder = mkdtempSync(join(tmpdir(), 'freshet-demo-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('shows a cold answer, a warm one, another query, and a change that is seen within the bound', async () => {
  const demo = spawnChild({
    name: 'the demo',
    command: process.execPath,
    args: ['subgraphs/demo.ts', '--data', folder, '--scale', '0.02'],
  });
  const { code } = await demo.waitForExit(120_000);
  const shown = demo.stdout();
  expect(code, demo.output()).toBe(0);
  expect(shown).toMatch(/1 {2}a page, cold +[\d.]+ ms {3}[1-9]\d* subgraph request/);
  expect(shown).toMatch(/2 {2}the same, warm +[\d.]+ ms {3}0 subgraph requests/);
  const after = Number(/new value after (\d+) ms/.exec(shown)?.[1] ?? Number.NaN);
  expect(after).toBeLessThan(5_000);
});
