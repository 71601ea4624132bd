// One random supergraph: its operations are asked of everybody, cold and warm, after purges and after others filled the same entities.

import { chosenBy } from './choose.ts';
import {
  type Contestants,
  type Ours,
  type PlannerName,
  startContestants,
  type Told,
  type World,
} from './contestants.ts';
import { type GraphModel, readGraphModel } from './graph-model.ts';
import { type GeneratedOperation, operations, type Variables } from './operation-arbitrary.ts';
import type { Tally } from './tally.ts';
import { type Question, type Verdict, verdictOn } from './verdict.ts';

/** One operation that is asked, and what it is held to. */
interface Asked {
  readonly question: Question;
  /** What was found right already, by planner. */
  readonly settled: Set<string>;
}

export interface Failure {
  readonly world: World;
  readonly planner: PlannerName;
  /** Asked of one executor in this order; the last one differed. */
  readonly asked: readonly { readonly query: string; readonly variables: Variables; readonly how: How }[];
  readonly why: string;
  readonly told: Told;
  readonly question: Question;
  readonly sent: readonly string[];
}

export type How = 'uncached' | 'cached';

export interface WorldOptions {
  /** Texts; each is asked with several sets of variables. */
  readonly operationsCount: number;
  readonly variablesCount: number;
  readonly isOver: () => boolean;
}

/** Operations that meet in one store. */
const BATCH = 2;
const ROUNDS = 2;

/** @returns the first answer that was wrong */
export async function runWorld(world: World, options: WorldOptions, tally: Tally): Promise<Failure | null> {
  const contestants = await startContestants(world);
  try {
    const model = readGraphModel(world.subgraphs);
    const generated = Array.from(
      { length: options.operationsCount },
      (_, index) => () =>
        chosenBy(
          operations(contestants.schema, { variablesCount: options.variablesCount }),
          world.seed * 1_000 + index,
        ),
    );
    let batch: Asked[] = [];
    for (const [index, generate] of generated.entries()) {
      const operation = options.isOver() ? null : generate();
      if (operation === null) tally.add('operations that were not valid');
      else batch.push(...(await questionsOf(operation, model, contestants)));
      if (batch.length < BATCH * options.variablesCount && index < generated.length - 1) continue;
      for (const ours of contestants.ours) {
        const failure = await runBatch(batch, ours, world, contestants, tally);
        if (failure !== null) return failure;
      }
      tally.add('operations', batch.length);
      batch = [];
      if (options.isOver()) break;
    }
    tally.add('operations that Hive’s planner left to Apollo’s', contestants.fallbacks.size);
    return null;
  } finally {
    await contestants.stop();
  }
}

export async function questionsOf(
  { query, variables }: GeneratedOperation,
  model: GraphModel,
  contestants: Contestants,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const values of variables) {
    const apollo = await apolloOrWhy(contestants, query, values);
    const right = await contestants.right(query, values);
    const question = { schema: contestants.schema, model, query, variables: values, apollo, right };
    asked.push({ question, settled: new Set() });
  }
  return asked;
}

const apolloOrWhy = (contestants: Contestants, query: string, variables: Variables): Promise<Question['apollo']> =>
  contestants.apollo(query, variables).catch((error: Error) => ({ threw: error.message }));

async function runBatch(
  batch: readonly Asked[],
  ours: Ours,
  world: World,
  contestants: Contestants,
  tally: Tally,
): Promise<Failure | null> {
  const random = createRandom(world.seed + batch.length);
  const history: { query: string; variables: Variables; how: How }[] = [];
  ours.forget(() => true);
  const ask = async (item: Asked, how: How): Promise<Failure | null> => {
    const { question } = item;
    // Whoever does not end in Apollo's gateway does not end here either.
    if (ours.planner === 'apollo' && 'threw' in question.apollo) return null;
    const { query, variables } = question;
    if (how === 'cached') history.push({ query, variables, how });
    const told = await ours[how](query, variables);
    tally.add('answers compared');
    const text = `${ours.planner}${told.data}${told.errors.join()}`;
    if (item.settled.has(text)) return null;
    const verdict = await verdictOn(told, ours.planner, question, (words) =>
      apolloOrWhy(contestants, words, variables),
    );
    count(verdict, tally);
    if (verdict.kind !== 'wrong') {
      item.settled.add(text);
      return null;
    }
    const asked = how === 'cached' ? history : [{ query, variables, how }];
    return { world, planner: ours.planner, asked, why: verdict.why, told, question, sent: ours.takeSent() };
  };
  for (const item of batch) {
    const failure = (await ask(item, 'uncached')) ?? (await ask(item, 'cached')) ?? (await ask(item, 'cached'));
    if (failure !== null) return failure;
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const share = random() * 0.6;
    ours.forget(() => random() < share);
    if (random() < 0.3) contestants.pass(random() < 0.5 ? 5 : 50_000);
    const from = Math.floor(random() * batch.length);
    for (const item of [...batch.slice(from), ...batch.slice(0, from)]) {
      const failure = await ask(item, 'cached');
      if (failure !== null) return failure;
    }
  }
  return null;
}

function count(verdict: Verdict, tally: Tally): void {
  if (verdict.kind === 'known fault') for (const name of verdict.names) tally.add(`Apollo’s fault: ${name}`);
  if (verdict.kind === 'no plan') tally.add(`no planner has a plan, ours says so: ${verdict.name}`);
}

/** The same numbers from 0 to 1 for the same seed. */
export function createRandom(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 2_147_483_648;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
