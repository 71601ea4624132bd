// Generated operations over fixed supergraphs in which subgraphs do not find entities, keys are null and inputs fail: our answers are
// Apollo's, over an empty store, a full one, and one with holes. Supergraphs that are generated, too, are in test/generated.

import fc from 'fast-check';
import { type GraphQLSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildApiSchema } from '../../../gateway/federation/api-schema.ts';
import { operations, type Variables } from '../../generated/operation-arbitrary.ts';
import { inOtherWords } from '../../generated/other-words.ts';
import { composedLocally } from '../../support/composed.ts';
import { type BothExecutors, startBothExecutors, type Told } from './both-executors.ts';
import { createRandom } from './expect-same.ts';
import { GRAPHS } from './generated-graphs.ts';

const SEED = Number(process.env.SEED ?? 1);
const RUN_COUNT = Number(process.env.RUN_COUNT ?? 12);
const DEADLINE_MS = 120_000 + RUN_COUNT * 1_000;
const SHARE_LOST = 0.3;

describe.each(Object.keys(GRAPHS))('%s', (name) => {
  it(
    'answers as Apollo does',
    async () => {
      const subgraphs = GRAPHS[name]?.() ?? [];
      const supergraphSdl = composedLocally(subgraphs);
      const schema = buildApiSchema(parse(supergraphSdl));
      const both = await startBothExecutors(subgraphs);
      const generated = fc.array(operations(schema, { variablesCount: 2 }), { minLength: 1, maxLength: 3 });
      try {
        await fc.assert(
          fc.asyncProperty(generated, fc.integer({ min: 1, max: 1_000 }), (made, seed) => {
            const asked = made.flatMap((operation) =>
              (operation?.variables ?? []).map((variables) => ({ query: operation?.query ?? '', variables })),
            );
            return checkAll(asked, createRandom(seed), both, schema);
          }),
          { seed: SEED, numRuns: RUN_COUNT },
        );
      } finally {
        await both.stop();
      }
    },
    DEADLINE_MS,
  );
});

interface Operation {
  readonly query: string;
  readonly variables: Variables;
}

async function checkAll(
  asked: readonly Operation[],
  random: () => number,
  both: BothExecutors,
  schema: GraphQLSchema,
): Promise<void> {
  both.forgetAll();
  for (const operation of asked) await check(operation, both, schema, both.uncached);
  for (const operation of [...asked, ...asked]) await check(operation, both, schema, both.ours);
  for (let round = 0; round < 2; round += 1) {
    both.forget(() => random() < SHARE_LOST);
    for (const operation of asked) await check(operation, both, schema, both.ours);
  }
}

/** Which errors there are depends on the plan, once there are any: two planners fetch in different order. */
async function check(
  operation: Operation,
  both: BothExecutors,
  schema: GraphQLSchema,
  ask: BothExecutors['ours'],
): Promise<void> {
  const { query, variables } = operation;
  const from = both.sent.length;
  const ours = await ask(query, { ...variables });
  // Where nothing is left by conditions, and where fragments cannot apply, Apollo's forgets fields.
  const words = inOtherWords(schema, query, variables, ['conditions', 'fragments', 'aliases', 'introspection']);
  const apollo = await both.apollo(words.query, { ...variables });
  const sent = both.sent.slice(from).map((request) => `${request.subgraph}: ${request.query}`);
  const where = `${query} ${JSON.stringify(variables)}\nsent:\n${sent.join('\n')}\nerrors:\n${ours.errors.join('\n')}`;
  // Apollo sends representations without a key, whose errors no answer needs and whose nulls it takes for true.
  if (hasErrors(apollo) && !hasErrors(ours)) return;
  expect(withoutIntrospection(ours.data), where).toEqual(words.clientNames(apollo.data ?? null));
  expect(hasErrors(ours) && !hasErrors(apollo), `errors of ours alone: ${where}`).toBe(false);
}

const hasErrors = ({ errors }: Told): boolean => errors.length > 0;

function withoutIntrospection(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data ?? null;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !/^(i|__schema|__type)$/.test(name)));
}
