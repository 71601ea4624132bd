// Reads the directives by which a supergraph says what comes from which subgraph.

import { type ConstDirectiveNode, type ConstValueNode, valueFromASTUntyped } from 'graphql';

/** `@join__directive(graphs: [A], name: "federation__cacheTag", args: {format: "…"})` as [graph, format] pairs. */
export function cacheTagsOf(directives: readonly ConstDirectiveNode[]): [string, string][] {
  const found: [string, string][] = [];
  for (const use of usesOf(directives, 'join__directive')) {
    if (!/(^|__)cacheTag$/.test(text(use.name))) continue;
    const args: unknown = use.args;
    const format = typeof args === 'object' && args !== null && 'format' in args ? args.format : null;
    if (typeof format !== 'string' || !Array.isArray(use.graphs)) continue;
    for (const graph of use.graphs) found.push([text(graph), format]);
  }
  return found;
}

export function usesOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): Record<string, unknown>[] {
  return (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map((directive) => Object.fromEntries((directive.arguments ?? []).map((a) => [a.name.value, plain(a.value)])));
}

const plain = (value: ConstValueNode): unknown => valueFromASTUntyped(value);

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
