// One running server: its requests, its rounds, what they cost.

import type { Contestant, RunningServer } from '../contestants/contestant.ts';
import { type Load, load, NONCE } from '../load/load.ts';
import { cpuSeconds, residentBytes } from '../machine/process-figures.ts';
import type { OriginProcess } from '../origin/origin-process.ts';
import type { Workload } from '../workloads/workload.ts';
import { describeSources, readAnswerSources } from './answer-sources.ts';
import { ask, differenceOf } from './answers.ts';
import type { HalfLoad, Round } from './cell.ts';

export interface ServerUnderLoad {
  /** @returns the first difference from these answers to the workload's samples; null for none */
  differs(answers: readonly string[]): Promise<string | null>;
  /** @returns how long a round must be, in seconds: `seconds`, or longer for a server that is slow */
  warmUp(warmUpSeconds: number, seconds: number): Promise<number>;
  /** @param purgesPerSecond default: the workload's */
  round(seconds: number, purgesPerSecond?: number): Promise<Round>;
  /** @param rate requests per second */
  atRate(rate: number, seconds: number): Promise<HalfLoad>;
  residentBytes(): number | null;
  stop(): Promise<void>;
}

export const CONNECTIONS = 64;
/** At a rate: so many that a stall of 50 ms keeps none of the others from asking. */
const CONNECTIONS_PER_RATE = 0.05;
const MOST_CONNECTIONS = 1_000;
/** What is under way when a round ends does not count: in a round each connection must have got some answers. */
const ANSWERS_PER_CONNECTION = 4;
const LONGEST_ROUND_SECONDS = 6;
/** Answers under load that are shorter than this share of those that were compared are others. */
const LEAST_BYTES_SHARE = 0.7;

export function underLoad(
  contestant: Pick<Contestant, 'isEachNew' | 'title'>,
  server: RunningServer,
  workload: Workload,
  origin: OriginProcess,
  answerBytes: number,
): ServerUnderLoad {
  const { url, pid, metricsUrl, feed } = server;
  const numbered = (body: string): string => (contestant.isEachNew ? withNonce(body) : body);
  const bodies = workload.bodies.map(numbered);
  /** Changes arrive only at who is measured. */
  const loaded = async (
    seconds: number,
    { connections = CONNECTIONS, rate = null as number | null, purgesPerSecond = workload.purgesPerSecond } = {},
  ): Promise<Load> => {
    feed?.setRate(purgesPerSecond);
    try {
      const done = await load({ url, bodies, seconds, connections, rate });
      if (done.requestCount > 0 && done.bytesEach < answerBytes * LEAST_BYTES_SHARE)
        throw new Error(`expected answers of some ${answerBytes} bytes under load, got ${Math.round(done.bytesEach)}`);
      return done;
    } finally {
      feed?.setRate(0);
    }
  };
  return {
    async differs(answers) {
      for (const [index, sample] of workload.samples.entries()) {
        const body = numbered(sample).replace(NONCE, String(index).padStart(NONCE.length, '0'));
        const difference = differenceOf(answers[index] ?? '', await ask(url, body));
        if (difference !== null) return difference;
      }
      return null;
    },
    async warmUp(warmUpSeconds, seconds) {
      const first = await loaded(warmUpSeconds);
      const isSlow = first.requestCount < CONNECTIONS * ANSWERS_PER_CONNECTION;
      const { requestsPerSecond } = isSlow ? await loaded(LONGEST_ROUND_SECONDS) : first;
      const wanted = Math.ceil((CONNECTIONS * ANSWERS_PER_CONNECTION) / requestsPerSecond);
      return Math.max(seconds, Math.min(LONGEST_ROUND_SECONDS, wanted));
    },
    async round(seconds, purgesPerSecond) {
      await origin.quiet();
      const [sources, origins, cpu] = [
        await readAnswerSources(metricsUrl),
        await origin.requestCount(),
        cpuSeconds(pid),
      ];
      const done = await loaded(seconds, purgesPerSecond === undefined ? {} : { purgesPerSecond });
      if (done.requestCount === 0) throw new Error(`expected an answer within ${seconds} s, got none`);
      const used = cpu === null ? null : (cpuSeconds(pid) ?? cpu) - cpu;
      return {
        requestsPerSecond: done.requestsPerSecond,
        cpuUsEach: used === null ? null : (used / done.requestCount) * 1e6,
        coreShare: used === null ? null : used / done.seconds,
        originRequestsEach: ((await origin.requestCount()) - origins) / done.requestCount,
        answersFrom: describeSources(sources, await readAnswerSources(metricsUrl)),
      };
    },
    async atRate(rate, seconds) {
      const connections = Math.min(MOST_CONNECTIONS, Math.max(CONNECTIONS, Math.round(rate * CONNECTIONS_PER_RATE)));
      const { requestsPerSecond, p50Ms, p99Ms, p999Ms } = await loaded(seconds, { connections, rate });
      return { requestsPerSecond, p50Ms, p99Ms, p999Ms };
    },
    residentBytes: () => residentBytes(pid),
    stop: async () => void (await server.stop()),
  };
}

/** An unused variable: the operation stays the same, the request does not. */
function withNonce(body: string): string {
  return body.replace('"variables":{', `"variables":{"number":"${NONCE}",`);
}
