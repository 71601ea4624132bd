// The subgraphs of the benchmark as a process of their own, and the supergraph that leads to them.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawnServer } from '../../support/child.ts';

export interface OriginProcess {
  /** The committed supergraph with their addresses. */
  readonly supergraph: string;
  /** Of all of them, so far. */
  requestCount(): Promise<number>;
  /** Resolves when nobody asks any more: what the load before has left under way is done, or 5 s are over. */
  quiet(): Promise<void>;
  stop(): Promise<unknown>;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Between two looks: longer than any answer takes to come. */
const QUIET_MS = 60;
const QUIET_TIMEOUT_MS = 5_000;
const READY = /subgraphs at (\{.*\})/;

export async function startOrigin(): Promise<OriginProcess> {
  const child = await spawnServer(
    { name: 'the subgraphs of the benchmark', command: process.execPath, args: [MAIN] },
    (started) => started.waitForLine(READY),
  );
  const [, told = '{}'] = await child.waitForLine(READY);
  const ports = JSON.parse(told) as Readonly<Record<string, number>>;
  let supergraph = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
  for (const [name, port] of Object.entries(ports)) {
    const place = new RegExp(`(@join__graph\\(name: "${name}", url: )"[^"]*"`);
    supergraph = supergraph.replace(place, `$1"http://127.0.0.1:${port}/graphql"`);
  }
  const countUrl = `http://127.0.0.1:${ports.catalog}/`;
  const requestCount = async (): Promise<number> => Number(await (await fetch(countUrl)).text());
  return {
    supergraph,
    requestCount,
    async quiet() {
      const giveUpAt = performance.now() + QUIET_TIMEOUT_MS;
      let count = -1;
      for (
        let next = await requestCount();
        next !== count && performance.now() < giveUpAt;
        next = await requestCount()
      ) {
        count = next;
        await sleep(QUIET_MS);
      }
    },
    stop: () => child.terminate(),
  };
}
