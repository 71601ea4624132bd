// A copy of a supergraph that `@apollo/gateway` accepts: it throws on features that it does not execute itself.

import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { linksOf } from '../../gateway/federation/links.ts';

/** Seen with 2.14.4: "feature … is for: EXECUTION but is unsupported". */
const REFUSED_BY_APOLLO = new Set([
  'cacheTag',
  'authenticated',
  'requiresScopes',
  'policy',
  'context',
  'cost',
  'connect',
]);

/** @param sdl a supergraph. @returns its text without the links (and their directives) that Apollo's gateway refuses */
export function supergraphForApollo(sdl: string): string {
  const document = parse(sdl, { noLocation: true });
  const refused = linksOf(document).filter((link) => REFUSED_BY_APOLLO.has(link.spec));
  if (refused.length === 0) return sdl;
  const names = new Set(refused.map((link) => link.directive));
  const urls = new Set(refused.map((link) => link.url));
  const stripped: DocumentNode = visit(document, {
    DirectiveDefinition: (node) => (names.has(node.name.value) ? null : undefined),
    Directive: (node) => {
      if (names.has(node.name.value)) return null;
      const url = node.arguments?.find((argument) => argument.name.value === 'url')?.value;
      return node.name.value === 'link' && url?.kind === Kind.STRING && urls.has(url.value) ? null : undefined;
    },
  });
  return print(stripped);
}
