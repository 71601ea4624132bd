// The workloads are the same in every run, and are what they say.
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createWorkloads } from '../../bench/workloads/workload.ts';

const workloads = createWorkloads();
const named = (name: string) => workloads.find((workload) => workload.name === name)!;
const parsed = (bodies: readonly string[]) =>
  bodies.map((body) => JSON.parse(body) as { readonly query: string; readonly variables: { readonly upc: string } });

it('has requests that can be parsed, and compares some of those that it sends', () => {
  for (const { bodies, samples } of workloads) {
    for (const { query } of parsed(samples)) expect(() => parse(query)).not.toThrow();
    expect(samples.every((sample) => bodies.includes(sample))).toBe(true);
    expect(samples.length).toBeGreaterThan(0);
  }
});

it('asks for ids by Zipf: the most wanted one in twelve times, the wanted thousand in more than half', () => {
  const counts = new Map<string, number>();
  for (const { variables } of parsed(named('zipf').bodies))
    counts.set(variables.upc, (counts.get(variables.upc) ?? 0) + 1);
  const sorted = [...counts.values()].sort((a, b) => b - a);
  const total = named('zipf').bodies.length;
  // 1 / H(100,000) = 0.0827; H(1,000) / H(100,000) = 0.619.
  expect(sorted[0]! / total).toBeGreaterThan(0.075);
  expect(sorted[0]! / total).toBeLessThan(0.09);
  expect(sorted.slice(0, 1_000).reduce((sum, count) => sum + count, 0) / total).toBeGreaterThan(0.6);
});

it('mixes in mutations, one in twenty', () => {
  const mutations = parsed(named('mix-precise').bodies).filter(({ query }) => query.startsWith('mutation'));
  const share = mutations.length / named('mix-precise').bodies.length;
  expect(share).toBeGreaterThan(0.045);
  expect(share).toBeLessThan(0.055);
});

it('has 1,000 operations of which no two have the same text', () => {
  expect(new Set(parsed(named('operations').bodies).map(({ query }) => query)).size).toBe(1_000);
});
