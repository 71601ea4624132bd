// Operations that go straight from the subgraphs' bytes to the client's: which do, and that whatever subgraphs answer the client gets what the
// steps of every other operation give.

import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../gateway/execution/account.ts';
import { toByteText } from '../../../gateway/execution/byte-text.ts';
import { compileDirect } from '../../../gateway/execution/compile-direct.ts';
import { compileOperation, type OperationVariant } from '../../../gateway/execution/compile-operation.ts';
import { createDirectAttempts } from '../../../gateway/execution/direct-attempt.ts';
import { NotDirect } from '../../../gateway/execution/direct-operation.ts';
import { createKeptVariants } from '../../../gateway/execution/kept-variants.ts';
import type { Run, SubgraphScope } from '../../../gateway/execution/run.ts';
import { type DirectRun, runDirect } from '../../../gateway/execution/run-direct.ts';
import { runPlan } from '../../../gateway/execution/run-plan.ts';
import type { SubgraphClient } from '../../../gateway/execution/subgraph-client.ts';
import { TreeObject } from '../../../gateway/execution/tree.ts';
import { createWaits } from '../../../gateway/execution/waits.ts';
import { type Written, writeAnswer } from '../../../gateway/execution/write-answer.ts';
import { prepareSupergraph, type Supergraph } from '../../../gateway/federation/supergraph.ts';
import { composedLocally } from '../../support/composed.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from './both-executors.ts';
import { type Row, subgraph } from './subgraph.ts';

const PRODUCTS: readonly Row[] = [
  { upc: '1', name: 'Œuvre', price: 1.5, size: { w: 1, h: 2 }, tags: ['a', 'é'], kind: 'NEW' },
  { upc: '2', name: 'Two "quoted"\n', price: null, size: null, tags: [], kind: 'OLD' },
  { upc: '3', name: '', price: 1e21, size: { w: 0, h: null }, tags: ['\t'], kind: null },
  { upc: '1', name: 'Œuvre', price: 1.5, size: { w: 1, h: 2 }, tags: ['a', 'é'], kind: 'NEW' },
];

const SUBGRAPHS = [
  subgraph(
    'catalog',
    `type Query { products: [Product] product: Product! media: [Media] }
     type Product @key(fields: "upc") { upc: ID! name: String! price: Float size: Size tags: [String!] kind: Kind twin: Product }
     type Size { w: Int! h: Int }
     enum Kind { NEW OLD }
     interface Media { title: String }
     type Book implements Media { title: String pages: Int }`,
    {
      Query: {
        products: () => PRODUCTS,
        product: () => PRODUCTS[0],
        media: () => [{ __typename: 'Book', title: 'T' }],
      },
      Product: { twin: ({ upc }: Row) => (upc === '3' ? null : { upc: '1' }), __resolveReference: (row: Row) => row },
      Media: { __resolveType: () => 'Book' } as never,
    },
  ),
  subgraph(
    'stock',
    `type Product @key(fields: "upc") { upc: ID! count: Int! places: [Place] }
     type Place @key(fields: "id") { id: ID! free: Boolean }`,
    {
      Product: {
        __resolveReference: (row: Row) => (row.upc === '3' ? null : row),
        count: ({ upc }: Row) => Number(upc) * 10,
        places: ({ upc }: Row) => [
          { id: `p${upc}`, free: true },
          { id: 'p', free: null },
        ],
      },
      Place: { __resolveReference: (row: Row) => row },
    },
  ),
  subgraph('names', 'type Place @key(fields: "id") { id: ID! name(long: Boolean): String rank: Int! }', {
    Place: {
      __resolveReference: (row: Row) => (row.id === 'p' ? null : row),
      name: ({ id }: Row) => `place ${id}`,
      rank: () => 1,
    },
  }),
];

const QUERIES: readonly string[] = [
  '{ products { name price size { w h } tags kind } }',
  '{ products { upc name count } product { count upc } }',
  '{ products { n: name upc count places { id free name } } }',
  '{ product { __typename name t: __typename places { name(long: true) __typename id } twin { upc count price } } }',
  '{ products { twin { places { name } } places { name } count } }',
  '{ products { size { __typename h w } count kind } }',
  '{ products { upc places { rank id } } }',
  '{ products { places { id } } product { places { name } } }',
];

let supergraph: Supergraph;
let schemas: ReadonlyMap<string, GraphQLSchema>;

beforeAll(async () => {
  supergraph = await prepareSupergraph(composedLocally(SUBGRAPHS), { authorization: 'refuse' });
  schemas = new Map(
    SUBGRAPHS.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]),
    ]),
  );
});
afterAll(() => supergraph?.close());

async function variantOf(query: string): Promise<OperationVariant> {
  const { isSubtype } = supergraph.facts;
  const rules = { isSubtype, isInline: () => false, isPrecise: () => false, shapeOf: () => '' };
  const memo = createKeptVariants<OperationVariant>(1_000_000).forOne();
  return (await compileOperation(parse(query), null, supergraph, rules, memo)).variant({});
}

const direct = ({ plan, fetches, output }: OperationVariant) =>
  plan === null ? null : compileDirect(plan, fetches, output, supergraph.facts);

describe('an operation goes straight', () => {
  it.each(QUERIES)('%s', async (query) => {
    expect(direct(await variantOf(query))).not.toBeNull();
  });
});

describe('an operation goes the way of the steps', () => {
  it.each([
    ['whose objects are of types that only the data tells', '{ media { title } product { count } }'],
    ['that shows one value under two names', '{ product { name again: name } }'],
  ])('%s', async (_name, query) => {
    expect(direct(await variantOf(query))).toBeNull();
  });
});

/** Answers of the real schemas, spoilt. The same request is always answered the same. */
function clientOf(spoil: (text: string, subgraph: string) => string | Buffer): SubgraphClient {
  return {
    async send(name, body) {
      const { query, variables } = JSON.parse(body.toString());
      const schema = schemas.get(name);
      if (schema === undefined) throw new Error(`no subgraph ${name}`);
      const result = await execute({ schema, document: parse(query), variableValues: variables, contextValue: {} });
      return { kind: 'answer', body: Buffer.from(spoil(JSON.stringify(result), name)), lifetime: { kind: 'no-store' } };
    },
  };
}

const SCOPE: SubgraphScope = { cacheable: true, headersDigest: '', isPersonal: false, headers: {} };
const WAITS = createWaits(100);
const REQUEST = { headers: {}, subject: null, hasGone: false, signal: new AbortController().signal };

const runWith = (client: SubgraphClient): DirectRun => ({
  client,
  request: REQUEST,
  waits: WAITS,
  variables: {},
  scope: () => SCOPE,
});

async function straight(variant: OperationVariant, client: SubgraphClient): Promise<Written | null> {
  const operation = direct(variant);
  if (operation === null) throw new Error('expected an operation that goes straight');
  try {
    const { text, errors } = await runDirect(operation, {
      client,
      request: REQUEST,
      waits: WAITS,
      variables: {},
      scope: () => SCOPE,
    });
    return { text, errors };
  } catch (error) {
    if (error instanceof NotDirect) return null;
    throw error;
  }
}

async function bySteps(variant: OperationVariant, client: SubgraphClient): Promise<Written | 'errors'> {
  const { plan, fetches, output, verbatim } = variant;
  if (plan === null) throw new Error('expected a plan');
  const run = {
    context: {
      facts: supergraph.facts,
      rules: { ...PLAIN_RULES, isCached: () => false },
      judge: NOTHING_IS_PURGED,
      client,
      waits: WAITS,
      nowAt: () => 0,
    },
    request: REQUEST,
    variables: {},
    root: new TreeObject(),
    errors: [],
    account: createAccount(),
    derivation: null,
    usesCache: true,
    subjectHash: null,
    scope: () => SCOPE,
    verbatim,
  } as unknown as Run;
  await runPlan(plan, fetches, run);
  if (run.errors.length > 0) return 'errors';
  const { text, errors } = writeAnswer(run.root, output, () => 'null');
  return { text: toByteText(text), errors };
}

describe('what goes straight is what the steps give', () => {
  it.each(QUERIES)('from whole answers: %s', async (query) => {
    const variant = await variantOf(query);
    const client = clientOf((text) => text);
    const written = await straight(variant, client);
    expect(written).not.toBeNull();
    expect(written).toEqual(await bySteps(variant, client));
  });

  it.each(QUERIES)('from answers that are spoilt anywhere: %s', async (query) => {
    const variant = await variantOf(query);
    const all = spoilers();
    let straightCount = 0;
    const change = fc.record({
      at: fc.nat(9_999),
      how: fc.nat(all.length - 1),
      where: fc.constantFrom(...SUBGRAPHS.map(({ name }) => name)),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, how, where }) => {
        const client = clientOf((text, name) => (name === where ? (all[how]?.(text, at / 10_000) ?? text) : text));
        const written = await straight(variant, client);
        if (written === null) return;
        straightCount += 1;
        expect(written).toEqual(await bySteps(variant, client));
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(straightCount).toBeGreaterThan(0);
  });
});

describe('where it does not work out', () => {
  it.each(SUBGRAPHS.map(({ name }) => name))(
    'no subgraph is asked again for what it has answered: %s is spoilt',
    async (spoilt) => {
      const variant = await variantOf('{ products { upc count places { id name } } }');
      const asked: string[] = [];
      const client = clientOf((text, name) => {
        asked.push(name);
        return name === spoilt ? ` ${text}` : text;
      });
      const told = await createDirectAttempts(direct(variant)).run(runWith(client));
      if ('text' in told) throw new Error('expected no answer');
      await bySteps(variant, told);
      expect(asked.toSorted()).toEqual(['catalog', 'names', 'stock']);
    },
  );

  it('asks nothing more in the branches beside the one that failed', async () => {
    const operation = direct(await variantOf('{ products { upc count } }'));
    if (operation === null) throw new Error('expected an operation that goes straight');
    const twice = { ...operation, node: { kind: 'parallel', nodes: [operation.node, operation.node] } } as const;
    const held = Promise.withResolvers<void>();
    const asked: string[] = [];
    const real = clientOf((text) => text);
    const spoilt = clientOf((text) => ` ${text}`);
    const client: SubgraphClient = {
      async send(name, ...rest) {
        asked.push(name);
        if (asked.length === 1) return spoilt.send(name, ...rest);
        await held.promise;
        return real.send(name, ...rest);
      },
    };
    const running = runDirect(twice, runWith(client));
    await expect(running).rejects.toThrow(NotDirect);
    held.resolve();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['catalog', 'catalog']);
  });

  it('is tried again and again where subgraphs give no answer at all', async () => {
    const variant = await variantOf('{ product { name } }');
    const attempts = createDirectAttempts(direct(variant));
    const down: SubgraphClient = {
      send: () => Promise.resolve({ kind: 'failure', message: 'down', extensions: {} }),
    };
    for (let count = 0; count < 20; count += 1) await attempts.run(runWith(down));
    expect('text' in (await attempts.run(runWith(clientOf((text) => text))))).toBe(true);
  });

  it('is tried no more after a row of failures but now and then', async () => {
    const variant = await variantOf('{ product { name } }');
    const attempts = createDirectAttempts(direct(variant));
    let isSpoilt = true;
    const client = clientOf((text) => (isSpoilt ? ` ${text}` : text));
    const isStraight = async (): Promise<boolean> => 'text' in (await attempts.run(runWith(client)));
    for (let count = 0; count < 8; count += 1) expect(await isStraight()).toBe(false);
    isSpoilt = false;
    const tried: boolean[] = [];
    while (tried.length < 101) tried.push(await isStraight());
    expect(tried.indexOf(true)).toBe(99);
    expect(tried[100]).toBe(true);
  });
});

/** Each makes another answer of one. @param at from 0 to 1: where */
type Spoiler = (text: string, at: number) => string | Buffer;

const WORDS = [
  'null',
  '7',
  '-0',
  '1.50',
  '2.5e3',
  '123456789012345678901',
  '"x"',
  '"\\u0041"',
  '"\\n\\"\\\\"',
  '"\\/"',
];
const OTHER_WORDS = ['"日本"', '"\u0001"', 'true', '{}', '[]', ''];
const VALUES: readonly unknown[] = [null, undefined, 'x', 5, true, {}, [], [null]];

/** In the place of one token of the text, or beside it. */
const TOKEN_SPOILERS: readonly ((token: string) => string)[] = [
  ...[...WORDS, ...OTHER_WORDS].map((word) => () => word),
  (token) => ` ${token}`,
  (token) => `${token}${token}`,
  (token) => `${token},${token}`,
  (token) => `${token}\u0001`,
];

/** Constant for all cases: a failing one is found again by its number. */
function spoilers(): readonly Spoiler[] {
  return [
    ...TOKEN_SPOILERS.map(
      (spoil): Spoiler =>
        (text, at) =>
          withToken(text, at, spoil),
    ),
    ...VALUES.map(
      (value): Spoiler =>
        (text, at) =>
          withValue(text, at, value),
    ),
    (text) => `${text.slice(0, -1)},"errors":[{"message":"broken"}]}`,
    (text) => `{"errors":[{"message":"broken"}],${text.slice(1)}`,
    (text) => `${text.slice(0, -1)},"extensions":{"a":[1]}}`,
    (text) => `${text.slice(0, -1)},"extensions":{"a":[1}}`,
    (text) => `${text}\n`,
    (text) => `${text}x`,
    (text, at) => text.slice(0, Math.floor(at * text.length)),
    (text, at) => withByte(text, at, 0xff),
    (text, at) => withByte(text, at, 0x01),
  ];
}

function withToken(text: string, at: number, spoil: (token: string) => string): string {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[-\d.eE+]+|true|false|null|[{}[\],:]/g)];
  const token = tokens[Math.floor(at * tokens.length)];
  if (token === undefined) return text;
  return text.slice(0, token.index) + spoil(token[0]) + text.slice(token.index + token[0].length);
}

/** @param value in the place of one of the values below `data`; undefined: it is left out */
function withValue(text: string, at: number, value: unknown): string {
  const count = (JSON.stringify(JSON.parse(text, (_key, held) => held)).match(/[:[,]/g) ?? []).length;
  let left = Math.floor(at * count);
  return JSON.stringify(JSON.parse(text, (_key, held) => (left-- === 0 ? value : held)));
}

function withByte(text: string, at: number, byte: number): Buffer {
  const bytes = Buffer.from(text);
  const index = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, index), Buffer.of(byte), bytes.subarray(index)]);
}
