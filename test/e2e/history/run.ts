// Runs a history on a deployment: writers commit, readers read over all gateways, and everything is logged until it is stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom } from '../../../subgraphs/kit/random.ts';
import type { Deployment } from '../../support/deployment.ts';
import { bulkWriter, nameWriter, priceWriter, weightWriter } from './column-writers.ts';
import type { Commit, Read } from './judge.ts';
import { brandWriter, existenceWriter, labelWriter, skuWriter } from './list-writers.ts';
import { emailWriter, followerWriter, likeWriter, quantityWriter, reviewWriter } from './other-writers.ts';
import { createProbes, type Probe } from './probes.ts';
import type { Writer } from './writer.ts';

/** What a client was told instead of data. */
export interface Failure {
  readonly gateway: number;
  readonly probe: string;
  readonly startedAt: number;
  readonly words: string;
}

export interface History {
  /** Of each key in the order in which they were made. */
  readonly commits: readonly Commit[];
  readonly reads: readonly Read[];
  readonly failures: readonly Failure[];
}

export interface RunningHistory {
  /** Everything so far. */
  readonly history: History;
  /** Nobody asks this gateway until it is resumed: for one that the test takes away on purpose. */
  pause(gateway: number): Promise<void>;
  resume(gateway: number): void;
  /** Resolves when every writer and reader has ended. */
  stop(): Promise<History>;
}

export interface HistoryOptions {
  /** Of the order of questions and the pauses. Printed by whoever runs it. */
  readonly seed: number;
  /** Ms, on average, between two commits of one writer. Default 700: some 25 commits a second of all. */
  readonly writePauseMs?: number;
  /** At each gateway. Default 4. */
  readonly readerCount?: number;
}

/** Ms between two questions of one reader: the machine belongs to the gateways. */
const READ_PAUSE_MS = 8;
const nowAt = (): number => performance.now();

/** All writers of the workload, each with keys of its own. */
function createWriters(): readonly Writer[] {
  return [
    ...['h-n1', 'h-n2', 'h-n3', 'h-n4'].map((upc) => nameWriter(upc, 'at once')),
    nameWriter('h-slow', 'slow'),
    priceWriter('h-p1', 'h-b1'),
    priceWriter('h-p2', 'h-b2'),
    weightWriter('h-w1'),
    labelWriter('h-label'),
    brandWriter('9001', '9002'),
    skuWriter('SKU-h-moved', ['h-s1', 'h-s2']),
    existenceWriter('h-x1'),
    existenceWriter('h-x2'),
    bulkWriter('h-bulk-', 1_200),
    reviewWriter(['h-r1', 'h-r2']),
    quantityWriter('h-q1'),
    followerWriter('9101'),
    emailWriter('9102'),
    likeWriter('9201'),
  ];
}

/** Makes the rows of the workload and begins. A deployment takes one history in its life. */
export async function startHistory(deployment: Deployment, options: HistoryOptions): Promise<RunningHistory> {
  const { seed, writePauseMs = 700, readerCount = 4 } = options;
  const commits: Commit[] = [];
  const reads: Read[] = [];
  const failures: Failure[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => undefined);

  const commit = async ({ subgraph }: Writer, { sql, after }: Writer['first']): Promise<void> => {
    const sentAt = nowAt();
    await deployment.sql(subgraph, sql);
    const ackedAt = nowAt();
    for (const [key, value] of after) commits.push({ key, value, sentAt, ackedAt });
  };
  const write = async (writer: Writer, random: Random): Promise<void> => {
    for (let step = 1; !signal.aborted; step += 1) {
      await pause(writePauseMs * (writer.slowness ?? 1) * (0.3 + 1.4 * random.fraction()));
      if (!signal.aborted) await commit(writer, writer.next(step));
    }
  };

  const gates = Array.from({ length: deployment.gatewayCount }, () => createGate());
  const read = async (gateway: number, probe: Probe): Promise<void> => {
    const startedAt = nowAt();
    const fail = (words: string): void => void failures.push({ gateway, probe: probe.name, startedAt, words });
    try {
      const { status, body } = await deployment.ask(gateway, probe.query, probe.variables, probe.headers);
      const endedAt = nowAt();
      if (status !== 200 || body.errors !== undefined) return fail(`${status} ${JSON.stringify(body.errors)}`);
      const by = `gateway ${gateway}, ${probe.name}`;
      for (const [key, value] of probe.observe(body.data))
        reads.push({ key, value, startedAt, endedAt, by, answer: body.data });
    } catch (error) {
      fail(String(error));
    }
  };
  const readOn = async (gateway: number, probes: readonly [Probe, ...Probe[]], random: Random): Promise<void> => {
    while (!signal.aborted) {
      const gate = gates[gateway];
      if (gate === undefined) return;
      await gate.pass(signal, () => read(gateway, random.pick(probes)));
      await pause(READ_PAUSE_MS);
    }
  };

  const writers = createWriters();
  for (const writer of writers) {
    if (writer.needs !== undefined) await deployment.sql(writer.needs.subgraph, writer.needs.sql);
    await commit(writer, writer.first);
  }
  const [firstProbe, ...otherProbes] = await createProbes();
  if (firstProbe === undefined) throw new Error('Expected questions to ask, got none');
  const running = Promise.all([
    ...writers.map((writer, index) => write(writer, seededRandom(seed + index))),
    ...gates.flatMap((_, gateway) =>
      Array.from({ length: readerCount }, (__, reader) =>
        readOn(gateway, [firstProbe, ...otherProbes], seededRandom(seed + 1_000 + gateway * 100 + reader)),
      ),
    ),
  ]);
  running.catch(() => stopping.abort());
  const history = { commits, reads, failures };
  return {
    history,
    pause: async (gateway) => gates[gateway]?.close(),
    resume: (gateway) => gates[gateway]?.open(),
    async stop() {
      stopping.abort();
      await running;
      return history;
    },
  };
}

interface Gate {
  /** Waits until the gate is open, then does the work. */
  pass(signal: AbortSignal, work: () => Promise<void>): Promise<void>;
  /** Resolves when nobody is within. */
  close(): Promise<void>;
  open(): void;
}

function createGate(): Gate {
  let opened = Promise.resolve();
  let open = (): void => undefined;
  const within = new Set<Promise<void>>();
  return {
    async pass(signal, work) {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([opened, aborted]);
      if (signal.aborted) return;
      const working = work();
      within.add(working);
      await working;
      within.delete(working);
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      opened = promise;
      open = resolve;
      await Promise.all(within);
    },
    open: () => open(),
  };
}
