// One workload: all contestants at once, one measured at a time, in turns.

import type { Contestant, Ground } from '../contestants/contestant.ts';
import { FRESHET } from '../contestants/freshet.ts';
import type { OriginProcess } from '../origin/origin-process.ts';
import type { Workload } from '../workloads/workload.ts';
import { ask } from './answers.ts';
import { type Cell, median, type Outcome, type Round } from './cell.ts';
import { type ServerUnderLoad, underLoad } from './server-under-load.ts';

export interface Pace {
  readonly seconds: number;
  readonly rounds: number;
  /** Called as things happen, with words for a person. */
  say(step: string): void;
}

interface Runner {
  readonly contestant: Contestant;
  readonly server: ServerUnderLoad | null;
  readonly rounds: Round[];
  /** Of each of its rounds. */
  seconds: number;
  /** Null: it counts so far. */
  out: Extract<Outcome, { reason: string }> | null;
}

/** Of a request at half load. */
const HALF = 0.5;

export async function compareUnder(
  workload: Workload,
  contestants: readonly Contestant[],
  ground: Ground,
  origin: OriginProcess,
  { seconds, rounds, say }: Pace,
): Promise<readonly Cell[]> {
  const answers = await ourAnswers(workload, ground);
  const answerBytes = Math.round(average(answers.map((answer) => Buffer.byteLength(answer))));
  const typical = [...answers].sort((a, b) => a.length - b.length)[answers.length >> 1] ?? '';
  const runners: Runner[] = [];
  try {
    for (const contestant of contestants) {
      say(`${workload.title}: ${contestant.title}, start and first answers`);
      runners.push(await enter(contestant, workload, { ground, origin, answers, answerBytes, typical }));
    }
    const each = async (
      step: string,
      work: (runner: Runner, server: ServerUnderLoad) => Promise<string>,
    ): Promise<void> => {
      for (const runner of runners) {
        if (runner.out !== null || runner.server === null) continue;
        try {
          say(`${workload.title}: ${step}, ${runner.contestant.title}: ${await work(runner, runner.server)}`);
        } catch (error) {
          runner.out = { kind: 'failed', reason: (error as Error).message };
          say(`${workload.title}: ${step}, ${runner.contestant.title} failed: ${runner.out.reason}`);
        }
      }
    };
    await each('warm-up', async (runner, server) => {
      runner.seconds = await server.warmUp(workload.warmUpSeconds, seconds);
      return `rounds of ${runner.seconds} s`;
    });
    for (let round = 1; round <= rounds; round += 1) {
      await each(`round ${round} of ${rounds}`, async (runner, server) => {
        const done = await server.round(runner.seconds);
        runner.rounds.push(done);
        return `${Math.round(done.requestsPerSecond)}/s`;
      });
    }
    const cells: Cell[] = [];
    for (const runner of runners) cells.push({ ...(await finish(runner)), workload, answerBytes });
    return cells;

    async function finish(runner: Runner): Promise<Pick<Cell, 'contestant' | 'outcome'>> {
      const { contestant, server } = runner;
      let measured: Outcome | null = null;
      if (runner.out === null && server !== null) {
        try {
          const residentBytes = server.residentBytes();
          const rate = median(runner.rounds.map((round) => round.requestsPerSecond));
          const halfLoad = await server.atRate(rate * HALF, runner.seconds);
          say(`${workload.title}: half load, ${contestant.title}: p99 ${halfLoad.p99Ms.toFixed(1)} ms`);
          const difference = contestant.side === 'unit' ? null : await server.differs(answers);
          measured =
            difference === null
              ? { kind: 'measured', rounds: runner.rounds, halfLoad, residentBytes }
              : { kind: 'differs', reason: `after the load: ${difference}` };
        } catch (error) {
          measured = { kind: 'failed', reason: (error as Error).message };
        }
      }
      return { contestant, outcome: measured ?? runner.out ?? { kind: 'failed', reason: 'it was not started' } };
    }
  } finally {
    for (const { server } of runners) await server?.stop().catch(() => undefined);
  }
}

interface Entry {
  readonly ground: Ground;
  readonly origin: OriginProcess;
  readonly answers: readonly string[];
  readonly answerBytes: number;
  readonly typical: string;
}

async function enter(
  contestant: Contestant,
  workload: Workload,
  { ground, origin, answers, answerBytes, typical }: Entry,
): Promise<Runner> {
  let server: ServerUnderLoad | null = null;
  try {
    const running = await contestant.start(ground, workload, typical);
    const unitBytes = Buffer.byteLength(typical);
    server = underLoad(contestant, running, workload, origin, contestant.side === 'unit' ? unitBytes : answerBytes);
    // Twice: what it keeps of the first time is compared too.
    const difference =
      contestant.side === 'unit' ? null : ((await server.differs(answers)) ?? (await server.differs(answers)));
    return {
      contestant,
      server,
      rounds: [],
      seconds: 0,
      out: difference === null ? null : { kind: 'differs', reason: difference },
    };
  } catch (error) {
    return { contestant, server, rounds: [], seconds: 0, out: { kind: 'failed', reason: (error as Error).message } };
  }
}

/** Of our gateway without any cache: what all others are held to. */
async function ourAnswers(workload: Workload, ground: Ground): Promise<readonly string[]> {
  const [plain] = FRESHET;
  if (plain === undefined) throw new Error('expected a Freshet without a cache to compare with');
  const server = await plain.start(ground, { ...workload, changes: 'ttl' }, '');
  try {
    const answers: string[] = [];
    for (const sample of workload.samples) answers.push(await ask(server.url, sample));
    return answers;
  } finally {
    await server.stop();
  }
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
