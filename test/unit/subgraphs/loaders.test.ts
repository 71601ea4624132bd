// Loaders: one batch for all that is asked for in a turn, each key once, in order.
import { expect, it } from 'vitest';
import { byIdentity, isIdentity } from '../../../subgraphs/kit/identity.ts';
import {
  createLoader,
  createLoaderFamily,
  createQueryLoader,
  rowPerKey,
  rowsPerKey,
} from '../../../subgraphs/kit/loader.ts';

it('loads each key once, all in one batch', async () => {
  const batches: (readonly string[])[] = [];
  const loader = createLoader(async (keys: readonly string[]) => {
    batches.push(keys);
    return keys.map((key) => key.toUpperCase());
  });
  const loaded = await Promise.all([loader.load('a'), loader.load('b'), loader.load('a'), loader.loadMany(['c', 'b'])]);
  expect(loaded).toEqual(['A', 'B', 'A', ['C', 'B']]);
  expect(batches).toEqual([['a', 'b', 'c']]);
  expect(await loader.load('a')).toBe('A');
  expect(batches).toHaveLength(1);
});

it('tells keys apart that are objects by what identifies them', async () => {
  const batches: (readonly { id: number }[])[] = [];
  const loader = createLoader(
    async (keys: readonly { id: number }[]) => {
      batches.push(keys);
      return keys.map(({ id }) => id);
    },
    ({ id }) => String(id),
  );
  expect(await loader.loadMany([{ id: 1 }, { id: 1 }, { id: 2 }])).toEqual([1, 1, 2]);
  expect(batches).toEqual([[{ id: 1 }, { id: 2 }]]);
});

it('a family has one batch for each combination of arguments', async () => {
  const batches: unknown[] = [];
  const family = createLoaderFamily(async (keys: readonly string[], args: { first: number }) => {
    batches.push([keys, args.first]);
    return keys;
  });
  await Promise.all([
    family.with({ first: 1 }).load('a'),
    family.with({ first: 1 }).load('b'),
    family.with({ first: 2 }).load('a'),
  ]);
  expect(batches).toEqual([
    [['a', 'b'], 1],
    [['a'], 2],
  ]);
});

it('a query is run once for the same arguments, null among them', async () => {
  const runs: unknown[] = [];
  const loader = createQueryLoader(async (args: { a: number } | null) => {
    runs.push(args);
    return args?.a ?? 'all';
  });
  expect(
    await Promise.all([loader.load(null), loader.load({ a: 1 }), loader.load({ a: 1 }), loader.load(null)]),
  ).toEqual(['all', 1, 1, 'all']);
  expect(runs).toEqual([null, { a: 1 }]);
});

it('a batch that fails fails whoever asked', async () => {
  const loader = createLoader(async (): Promise<string[]> => {
    throw new Error('no database');
  });
  expect((await Promise.allSettled([loader.load('a'), loader.load('b')])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
});

it('rows are put into the order of the keys: null, or an empty group, where there is none', () => {
  const rows = [
    { key: 'b', n: 1 },
    { key: 'a', n: 2 },
    { key: 'b', n: 3 },
  ];
  expect(rowPerKey(['a', 'x'], rows, ({ key }) => key)).toEqual([{ key: 'a', n: 2 }, null]);
  expect(rowsPerKey(['b', 'x', 'a'], rows, ({ key }) => key).map((group) => group.map(({ n }) => n))).toEqual([
    [1, 3],
    [],
    [2],
  ]);
});

it.each(['0', '-1', '01', '1.0', '1e3', ' 1', '', 'abc', '9999999999999999999', '1; drop table'])(
  '%o is no id of the database',
  (id) => {
    expect(isIdentity(id)).toBe(false);
  },
);

it('only ids that can be are looked up, and nothing when none can', async () => {
  const asked: (readonly string[])[] = [];
  const load = async (ids: readonly string[]): Promise<string[]> => {
    asked.push(ids);
    return ids.map((id) => `row ${id}`);
  };
  expect(await byIdentity(['x', '2', '02', '1'], null as string | null, load)).toEqual([null, 'row 2', null, 'row 1']);
  expect(await byIdentity(['x'], null as string | null, load)).toEqual([null]);
  expect(asked).toEqual([['2', '1']]);
});
