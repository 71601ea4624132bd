// The unit of all ratios: `node:http` that sends the same bytes.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contestant, spawnOnFirst, startedServer } from './contestant.ts';

const MAIN = fileURLToPath(new URL('./same-bytes-main.ts', import.meta.url));

export const SAME_BYTES: Contestant = {
  name: 'node',
  title: 'node:http, same bytes',
  side: 'unit',
  settings: 'no parsing, no GraphQL: reads the body, sends the bytes of our answer',
  joining: 'none',
  isEachNew: false,
  enters: () => true,
  async start(ground, _workload, bytes) {
    const file = join(ground.folder, 'same-bytes.json');
    writeFileSync(file, bytes);
    const env = { ...process.env, NODE_ENV: 'production' };
    return startedServer(spawnOnFirst(ground, { name: 'node', command: process.execPath, args: [MAIN, file], env }));
  },
};
