// Our answers are those of plain @apollo/gateway on the same subgraphs: cold, warm, after each mutation; errors and their paths too.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSupergraphFile } from '../../gateway/federation/supergraph-file.ts';
import { type ClientOperation, readClientOperations } from '../../schema/operations.ts';
import { SUBGRAPH_NAMES } from '../../subgraphs/graph.ts';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import type { Answer } from '../support/deployment/graphql-client.ts';
import { signedBearer } from '../support/deployment/signed-bearer.ts';
import { type PlainApollo, startPlainApollo } from '../support/plain-apollo.ts';
import { commitsHeard, writesLanded } from './cache-in-force.ts';
import { inEveryForm } from './forms.ts';
import { counting } from './origin-cost.ts';
import { forgetAll } from './purge-by-hand.ts';

const INVALIDATION_KEY = 'of the test of answers';
/** The operations name rows that a smaller sample does not have. */
const SCALE = 0.05;
const ROUND_COUNT = 3;
/** Of the queries, so many at least need no subgraph when they are warm. */
const CACHED_COUNT = 60;
const operations = readClientOperations();
/** Apollo fetches the key `upc` under that name and shows it where the client's alias `upc` stands for `name`. */
const APOLLO_IS_WRONG = 'aliases-of-keys';
const queries = operations.filter(({ kind, name }) => kind === 'query' && name !== APOLLO_IS_WRONG);
const mutations = operations.filter(({ kind }) => kind === 'mutation');

/** What is compared of an answer. */
interface Told {
  readonly data: unknown;
  readonly errors: readonly string[];
  readonly valueCompletion: unknown;
}

/** Errors by message, path and service; which comes first is chance, since fields are resolved at once. */
function told({ data, errors = [], extensions }: Answer['body']): Told {
  const texts = errors.map(({ message, path, extensions: { serviceName, code } = {} }) =>
    JSON.stringify({ message, path, serviceName, code }),
  );
  return JSON.parse(JSON.stringify({ data, errors: texts.sort(), valueCompletion: extensions?.valueCompletion }));
}

describe('beside plain @apollo/gateway', () => {
  it('there are at least 60 queries to compare', () => {
    expect(queries.length).toBeGreaterThanOrEqual(60);
  });

  const gateway = { ...UNHURRIED, purge: { invalidationKey: INVALIDATION_KEY } };
  inEveryForm({ gateway, scale: SCALE }, ({ deployment, gatewayIndexes }) => {
    let apollo: PlainApollo;
    /** Of the queries by name, before any mutation. */
    let firstAnswers: ReadonlyMap<string, Told>;
    beforeAll(async () => {
      const { secret, subgraphUrl } = deployment();
      apollo = await startPlainApollo({
        supergraphSdl: await readSupergraphFile(new URL('../../schema/supergraph.graphql', import.meta.url).pathname),
        urls: Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, subgraphUrl(name)])),
        headers: { 'freshet-secret': secret },
      });
      firstAnswers = await theirAnswers();
    });
    afterAll(() => apollo?.stop());

    const ours = async (index: number, operation: ClientOperation): Promise<Told> => {
      const { text, variables } = operation;
      return told((await deployment().ask(index, text, variables, await whoAsks(operation))).body);
    };
    const theirs = async (operation: ClientOperation): Promise<Told> =>
      told(await apollo.ask(operation, await whoAsks(operation)));
    const theirAnswers = async (): Promise<ReadonlyMap<string, Told>> =>
      new Map(await Promise.all(queries.map(async (query) => [query.name, await theirs(query)] as const)));
    const first = ({ name }: ClientOperation): Told | undefined => firstAnswers.get(name);
    const heardEverywhere = (committedAt: number): Promise<unknown> =>
      Promise.all(gatewayIndexes.map((index) => commitsHeard(deployment(), index, committedAt)));
    /** Each gateway is the first one of every other operation. */
    const inTurn = (place: number): readonly number[] =>
      place % 2 === 0 ? gatewayIndexes : gatewayIndexes.toReversed();

    it.each(queries)('the query $name gets the same answer cold, at every gateway', async (query) => {
      await forgetAll(deployment(), INVALIDATION_KEY);
      for (const index of gatewayIndexes) expect(await ours(index, query), `gateway ${index}`).toEqual(first(query));
    });

    describe('warm', () => {
      beforeAll(async () => {
        // After a purge by hand nothing is kept until the next heartbeats.
        await heardEverywhere(Date.now());
      });

      it.each(placed(queries))('the query $name gets the same answer, wherever it was asked first', async (query) => {
        for (let round = 0; round < ROUND_COUNT; round += 1) {
          for (const index of inTurn(query.place)) {
            expect(await ours(index, query), `gateway ${index}, round ${round}`).toEqual(first(query));
            if (round === 0) await writesLanded(() => deployment().metrics(index));
          }
        }
      });

      it('all queries get the same answers after all others have filled the cache, most of them from nowhere else', async () => {
        for (const index of gatewayIndexes) {
          for (const query of queries) await ours(index, query);
          const { cost, why } = await counting(deployment(), index, async () => {
            for (const query of [...queries].reverse())
              expect(await ours(index, query), `${query.name} at gateway ${index}`).toEqual(first(query));
          });
          // Errors, what is for one person alone and what may not be kept are asked for, each at least once.
          const requestCount = Object.values(cost).reduce((sum, count) => sum + count, 0);
          expect(requestCount, why).toBeLessThanOrEqual(queries.length - CACHED_COUNT);
        }
      });
    });

    it('an alias that is named as a key shows the field that it stands for', async () => {
      const operation = operations.find(({ name }) => name === APOLLO_IS_WRONG);
      if (operation === undefined) throw new Error(`no operation is named ${APOLLO_IS_WRONG}`);
      const text = '{ p: product(upc: "1") { upc name category sku } }';
      const { data } = await theirs({ ...operation, text });
      const { upc, name, category, sku } = (data as { readonly p: Readonly<Record<string, unknown>> }).p;
      for (let round = 0; round < ROUND_COUNT; round += 1) {
        for (const index of gatewayIndexes) {
          const { data } = await ours(index, operation);
          expect(data).toMatchObject({ p: { key: upc, upc: name, sku: category, id: sku } });
        }
      }
    });

    it.each(placed(mutations))(
      'after the mutation $name every query gets the new answer at every gateway',
      async (mutation) => {
        const [mutating = 0] = inTurn(mutation.place);
        const { errors } = await ours(mutating, mutation);
        const codes = [...new Set(errors.map((error) => String(JSON.parse(error).code)))].sort();
        expect(codes).toEqual(mutation.errorCodes);
        const committedAt = Date.now();
        const expected = await theirAnswers();
        await heardEverywhere(committedAt);
        // The other one first: it has nothing but the log to know of the change by.
        const order = inTurn(mutation.place).toReversed();
        const askEach = async (query: ClientOperation): Promise<readonly Told[]> => {
          const answers: Told[] = [];
          for (const index of order) answers.push(await ours(index, query));
          return answers;
        };
        const asked = await Promise.all(queries.map(askEach));
        for (const [place, { name }] of queries.entries()) {
          for (const [turn, answer] of (asked[place] ?? []).entries())
            expect(answer, `${name} at gateway ${order[turn]}`).toEqual(expected.get(name));
        }
      },
    );
  });
});

function placed<Value extends object>(values: readonly Value[]): (Value & { readonly place: number })[] {
  return values.map((value, place) => ({ ...value, place }));
}

async function whoAsks({ subject }: ClientOperation): Promise<Readonly<Record<string, string>>> {
  return subject === null ? {} : { authorization: await signedBearer(subject) };
}
