// Asks a suite's queries in every state that the cache can be in, and holds each answer to the right one.

import { expect } from 'vitest';
import { createRandom } from '../../unit/execution/expect-same.ts';
import type { ConformanceGraph, Told } from './conformance-graph.ts';
import type { SuiteQuery } from './suite.ts';

const PURGES_A_ROUND = 2;

/**
 * Each query alone over an empty cache and twice again; then, in rounds, all of them over one cache in changing order, with purges in
 * between.
 * @returns how many answers were compared
 */
export async function expectConformance(
  graph: ConformanceGraph,
  queries: readonly SuiteQuery[],
  roundCount: number,
): Promise<number> {
  const right = new Map<SuiteQuery, Told>();
  for (const query of queries) right.set(query, await rightAnswer(graph, query));
  let count = 0;
  const check = async (query: SuiteQuery, when: string, ask = graph.ours): Promise<void> => {
    count += 1;
    await expectAnswer(graph, ask, query, right.get(query), when);
  };
  for (const query of queries) {
    graph.purgeAll();
    await check(query, 'cold');
    await check(query, 'warm');
    await check(query, 'finished');
    await check(query, 'where nothing is cached', graph.uncached);
  }
  const random = createRandom(queries.length);
  graph.purgeAll();
  for (let round = 0; round < roundCount; round += 1) {
    for (const query of shuffled(queries, random)) await check(query, `after other queries, round ${round}`);
    for (let purge = 0; purge < PURGES_A_ROUND; purge += 1) graph.purge(random);
    for (const query of shuffled(queries, random)) await check(query, `after purges, round ${round}`);
  }
  return count;
}

async function rightAnswer(graph: ConformanceGraph, query: SuiteQuery): Promise<Told> {
  const { data, apolloIsWrong } = query;
  const apollo = await graph.apollo(query).catch((error: Error) => ({
    data: null,
    dataText: 'null',
    errors: [JSON.stringify({ message: error.message, extensions: {} })],
  }));
  if (apolloIsWrong !== undefined) {
    expect(data, `what is right where Apollo is wrong: ${query.query}`).toBeDefined();
    return { data, dataText: JSON.stringify(data), errors: [] };
  }
  if (data !== undefined) expect(apollo.data, `Apollo's answer to ${query.query} ${apollo.errors}`).toEqual(data);
  return apollo;
}

async function expectAnswer(
  graph: ConformanceGraph,
  ask: ConformanceGraph['ours'],
  item: SuiteQuery,
  right: Told | undefined,
  when: string,
): Promise<void> {
  const from = graph.sent.length;
  const ours = await ask(item);
  const sent = graph.sent
    .slice(from)
    .map(({ subgraph, query, variables }) => `${subgraph}: ${query} ${JSON.stringify(variables)}`);
  const where = `${when}: ${item.query} ${JSON.stringify(item.variables ?? {})}\nsent:\n${sent.join('\n')}`;
  expect(ours.data ?? null, `${where}\nerrors: ${ours.errors.join('\n')}`).toEqual(right?.data ?? null);
  expect(ours.errors, where).toEqual(right?.errors);
  expect(ours.dataText, `order of keys ${where}`).toBe(right?.dataText);
}

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
