// A change that somebody makes in plain SQL, and how every gateway comes to show it: soon, and for good.
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { SubgraphName } from '../../subgraphs/graph.ts';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import type { Answer } from '../support/deployment/graphql-client.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { quantile } from './history/judge.ts';
import { askCounting } from './origin-cost.ts';

export interface Statement {
  readonly subgraph: SubgraphName;
  readonly sql: string;
}

export interface SqlChange {
  readonly name: string;
  /** Makes what the query shows before. */
  readonly needs: readonly Statement[];
  readonly query: string;
  /** `data` of the answer until the change is committed. */
  readonly before: unknown;
  readonly change: Statement;
  readonly after: unknown;
}

/** A gateway that has just begun bypasses its cache until it has heard a heartbeat of every database; generous for a busy machine. */
const WARM_TIMEOUT_MS = 30_000;
const ASK_EVERY_MS = 10;
/** Answers of each gateway after its first new one. */
const LATER_COUNT = 5;

/**
 * Warms the query at every gateway, makes the change while all of them are being asked, and waits until each shows it.
 * @returns of each gateway, ms from the commit's acknowledgement until it was asked the first question that it answered with the new state
 * @throws {Error} when one still shows something else S after the commit, or again later
 */
export async function seeChange(deployment: Deployment, change: SqlChange): Promise<readonly number[]> {
  for (const { subgraph, sql } of change.needs) await deployment.sql(subgraph, sql);
  await serveFromCache(deployment, change.query, change.before);
  const stopping = new AbortController();
  let ackedAt = Number.POSITIVE_INFINITY;
  const commit = async (): Promise<void> => {
    await deployment.sql(change.change.subgraph, change.change.sql);
    ackedAt = performance.now();
  };
  const watch = async (index: number): Promise<number> => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const { body } = await deployment.ask(index, change.query);
      if (isDeepStrictEqual(shown(body), { data: change.after })) return startedAt;
      if (startedAt > ackedAt + BOUND_MS) {
        const late = `${(startedAt - ackedAt).toFixed(0)} ms after the commit of ${change.name} gateway ${index}`;
        throw new Error(`Expected ${JSON.stringify(change.after)}, ${late} answers ${JSON.stringify(body)}`);
      }
      await sleep(ASK_EVERY_MS);
    }
    return Number.NaN;
  };
  try {
    const [, shownAt] = await Promise.all([commit(), Promise.all(gatewaysOf(deployment).map(watch))]);
    await staysSo(deployment, change);
    return shownAt.map((at) => Math.max(0, at - ackedAt));
  } finally {
    // Of a failure: whoever still asks ends.
    stopping.abort();
  }
}

/** Resolves when every gateway gives this answer without any request to a subgraph. */
export async function serveFromCache(deployment: Deployment, query: string, data: unknown): Promise<void> {
  await eventually(
    async () => {
      for (const index of gatewaysOf(deployment)) {
        const { answer, cost } = await askCounting(deployment, index, query);
        expect({ index, ...shown(answer.body), cost }).toEqual({ index, data, cost: {} });
      }
      return true;
    },
    { timeoutMs: WARM_TIMEOUT_MS, what: `${query} to be served from the cache of every gateway` },
  );
}

/** No gateway shows anything else from now on, not even when it serves from the cache again. */
export async function staysSo(deployment: Deployment, { name, query, after }: SqlChange): Promise<void> {
  for (const index of gatewaysOf(deployment)) {
    const bodies: unknown[] = [];
    await eventually(
      async () => {
        const { answer, cost } = await askCounting(deployment, index, query);
        bodies.push(shown(answer.body));
        return bodies.length >= LATER_COUNT && isDeepStrictEqual(cost, {});
      },
      { timeoutMs: WARM_TIMEOUT_MS, what: `gateway ${index} to cache what it shows after ${name}` },
    );
    for (const body of bodies) expect(body, `gateway ${index}, after ${name}`).toEqual({ data: after });
  }
}

/** One line for the console. @param timesMs as `seeChange` returns them */
export function describeTimes(title: string, timesMs: readonly number[]): string {
  const ascending = timesMs.toSorted((one, other) => one - other);
  const ms = (share: number): string => `${quantile(ascending, share).toFixed(0)} ms`;
  return `${title}: from commit to invisible p50 ${ms(0.5)}, p99 ${ms(0.99)}, most ${ms(1)}, of ${ascending.length}`;
}

/** Without extensions: they say which null stands for a value that is missing. */
const shown = ({ data, errors }: Answer['body']): Answer['body'] =>
  errors === undefined ? { data } : { data, errors };

const gatewaysOf = ({ gatewayCount }: Deployment): readonly number[] =>
  Array.from({ length: gatewayCount }, (_, index) => index);
