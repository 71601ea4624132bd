// Load for tests of faults: clients at gateways read names of products that plain SQL changes all the while, and each answer is judged.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { type Commit, judgeHistory, type Read, type Verdict } from './history/judge.ts';
import { at } from './history/probes.ts';

export interface NameLoadOptions {
  readonly gateways: readonly number[];
  /** Products of the sample data that change; each has one writer, and no other load of the deployment has it. */
  readonly upcs: readonly string[];
  /** Names begin with it. */
  readonly label: string;
}

export interface NameLoadReport {
  /** How often each product's name was changed, all of it committed. */
  readonly changeCounts: ReadonlyMap<string, number>;
  readonly verdict: Verdict;
  /** Answers with another status than 200, with `errors`, or none at all. */
  readonly failures: readonly string[];
  /** Reads of a superseded name that began later than S after the change, in words. */
  readonly stale: readonly string[];
}

export interface NameLoad {
  readonly readCount: number;
  /** Resolves when every writer and client has ended. */
  stop(): Promise<NameLoadReport>;
}

/** Ends a load and holds what its clients saw to the bound. @param leastInside reads within S of a change, without which nothing was shown */
export async function endSpotless(load: NameLoad, leastInside = 100): Promise<NameLoadReport> {
  const report = await load.stop();
  expect(report.failures).toEqual([]);
  expect(report.stale).toEqual([]);
  expect(report.verdict.insideCount).toBeGreaterThan(leastInside);
  return report;
}

/** At each gateway. */
const CLIENT_COUNT = 4;
/** Ms: the machine belongs to the gateways. */
const READ_PAUSE_MS = 10;
const WRITE_PAUSE_MS = 400;

export function startNameLoad(deployment: Deployment, { gateways, upcs, label }: NameLoadOptions): NameLoad {
  const commits: Commit[] = [];
  const reads: Read[] = [];
  const failures: string[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => undefined);

  const write = async (upc: string): Promise<void> => {
    // What was there before may be served for a while like any superseded name.
    const [row] = await deployment.sql('catalog', 'select name from catalog.product where upc = $1', [upc]);
    commits.push({ key: upc, value: String(row?.name), sentAt: 0, ackedAt: 0 });
    for (let step = 0; !signal.aborted; step += 1) {
      const value = `${label} ${step}`;
      const sentAt = performance.now();
      await setName(deployment, upc, value);
      commits.push({ key: upc, value, sentAt, ackedAt: performance.now() });
      await pause(WRITE_PAUSE_MS);
    }
  };
  const read = async (gateway: number, asked: readonly string[]): Promise<void> => {
    const startedAt = performance.now();
    const by = `gateway ${gateway}`;
    try {
      const { status, body } = await deployment.ask(gateway, manyNames(asked));
      const endedAt = performance.now();
      if (status !== 200 || body.errors !== undefined) {
        failures.push(`${by} answered ${status} ${JSON.stringify(body.errors)}`);
        return;
      }
      for (const [index, upc] of asked.entries()) {
        const value = String(at(body.data, `p${index}`, 'name'));
        reads.push({ key: upc, value, startedAt, endedAt, by, answer: body.data });
      }
    } catch (error) {
      failures.push(`${by} gave no answer: ${String(error)}`);
    }
  };
  const readOn = async (gateway: number, client: number): Promise<void> => {
    for (let turn = client; !signal.aborted; turn += 1) {
      const one = upcs[turn % upcs.length];
      await read(gateway, turn % 3 === 0 || one === undefined ? upcs : [one]);
      await pause(READ_PAUSE_MS);
    }
  };
  // Clients begin when each product has a name of the load.
  const running = Promise.all([
    ...upcs.map(write),
    eventually(() => commits.length >= 2 * upcs.length, { timeoutMs: 30_000 }).then(() =>
      Promise.all(
        gateways.flatMap((gateway) => Array.from({ length: CLIENT_COUNT }, (_, client) => readOn(gateway, client))),
      ),
    ),
  ]);
  running.catch(() => stopping.abort());
  return {
    get readCount() {
      return reads.length;
    },
    async stop() {
      stopping.abort();
      await running;
      const verdict = judgeHistory(commits, reads, BOUND_MS);
      const stale = verdict.violations.map(
        ({ kind, read: { by, key, value }, staleMs }) =>
          `${kind}: ${by} read ${value} of product ${key}, superseded ${staleMs} ms before`,
      );
      const changes = Map.groupBy(
        commits.filter(({ sentAt }) => sentAt > 0),
        ({ key }) => key,
      );
      const changeCounts = new Map([...changes].map(([key, own]) => [key, own.length]));
      return { changeCounts, verdict, failures, stale };
    },
  };
}

export async function setName(deployment: Deployment, upc: string, name: string): Promise<void> {
  await deployment.sql('catalog', 'update catalog.product set name = $1 where upc = $2', [name, upc]);
}

/** The name as a client of that gateway sees it. @throws {Error} when the answer is no plain success */
export async function nameAt(deployment: Deployment, gateway: number, upc: string): Promise<unknown> {
  const { status, body } = await deployment.ask(gateway, manyNames([upc]));
  if (status === 200 && body.errors === undefined) return at(body.data, 'p0', 'name');
  throw new Error(`Expected 200 and no errors of gateway ${gateway}, got ${status} ${JSON.stringify(body.errors)}`);
}

function manyNames(upcs: readonly string[]): string {
  return `{ ${upcs.map((upc, index) => `p${index}: product(upc: "${upc}") { name }`).join(' ')} }`;
}
