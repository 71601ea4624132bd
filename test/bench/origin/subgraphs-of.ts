// The schemas of the subgraphs behind a supergraph, for composers that do not read supergraphs.

import { readFileSync } from 'node:fs';
import { Kind, parse, print, visit } from 'graphql';

export interface SubgraphSchema {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

/** Cosmo's composer knows no such directive. It changes no answer. */
const UNKNOWN_ELSEWHERE = 'cacheTag';

/** @param supergraphFile with the addresses; the schemas are the committed ones */
export function subgraphsOf(supergraphFile: string): readonly SubgraphSchema[] {
  const text = readFileSync(supergraphFile, 'utf8');
  return [...text.matchAll(/@join__graph\(name: "([^"]+)", url: "([^"]+)"\)/g)].map(([, name = '', url = '']) => {
    const sdl = readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8');
    return { name, url, sdl: withoutCacheTags(sdl) };
  });
}

function withoutCacheTags(sdl: string): string {
  const document = visit(parse(sdl, { noLocation: true }), {
    Directive: (node) => (node.name.value === UNKNOWN_ELSEWHERE ? null : undefined),
    ListValue: (node) => ({
      ...node,
      values: node.values.filter((value) => value.kind !== Kind.STRING || value.value !== `@${UNKNOWN_ELSEWHERE}`),
    }),
  });
  return print(document);
}
