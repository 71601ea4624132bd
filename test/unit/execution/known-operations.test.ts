// An operation is found again by its text and name as they came, and by nothing that only looks like them.

import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../../gateway/execution/executor.ts';
import { prepareSupergraph, type Supergraph } from '../../../gateway/federation/supergraph.ts';
import { composedLocally } from '../../support/composed.ts';
import { createLocalExecutor } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from './both-executors.ts';
import { subgraph } from './subgraph.ts';

let supergraph: Supergraph;
let executor: Executor;

beforeAll(async () => {
  const sdl = composedLocally([subgraph('a', 'type Query { a: T } type T { child: T id: ID }')]);
  supergraph = await prepareSupergraph(sdl, { authorization: 'refuse' });
  executor = createLocalExecutor(supergraph, {
    judge: NOTHING_IS_PURGED,
    rules: PLAIN_RULES,
    store: createLocalStore({ judge: NOTHING_IS_PURGED }),
    client: { send: () => Promise.reject(new Error('not to be asked')) },
  });
});

afterAll(() => supergraph.close());

const admit = (text: string, name: string | null) => executor.admit(text, name, parse(text));

describe('an operation', () => {
  it('without a name is not the one with an empty name', async () => {
    const text = '{ a { id } }';
    const admitted = await admit(text, null);
    expect(executor.find(text, null)).toBe(admitted);
    expect(executor.find(text, '')).toBeNull();
  });

  it('is not found by a name that holds the beginning of its text', async () => {
    const [first, second] = ['#x', 'query X { a { id } }'];
    const admitted = await admit(`${first}\n${second}`, 'X');
    expect(executor.find(`${first}\n${second}`, 'X')).toBe(admitted);
    expect(executor.find(second, `X\n${first}`)).toBeNull();
    expect(executor.find(`X\n${first}\n${second}`, '')).toBeNull();
    expect(executor.find(`1 X${first}\n${second}`, null)).toBeNull();
  });

  it('whose fragments are too much when expanded is the client’s mistake, and never planned', async () => {
    const spread = (level: number) =>
      `fragment F${level} on T { a: child { ...F${level + 1} } b: child { ...F${level + 1} } }`;
    const text = `{ a { ...F0 } } ${Array.from({ length: 25 }, (_, level) => spread(level)).join(' ')} fragment F25 on T { id }`;
    const message = 'Expected at most 20000 selections when all fragments are expanded, got more';
    await expect(admit(text, null)).rejects.toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400, message });
  });
});
