// The `@link`s of a supergraph: which features it uses and under which names.

import { type DocumentNode, Kind } from 'graphql';
import { usesOf } from './join-directives.ts';

export interface Link {
  /** `join`, `cacheTag`, `inaccessible` … out of the URL. */
  readonly spec: string;
  readonly url: string;
  /** What its names begin with: `as`, else the spec's name. */
  readonly prefix: string;
  /** The name of the spec's main directive as it stands in this supergraph, without `@`. */
  readonly directive: string;
  readonly importedTypes: ReadonlySet<string>;
  /** As they are named in this supergraph, without `@`. */
  readonly importedDirectives: ReadonlySet<string>;
}

/** @param supergraph parsed SDL. @returns empty when it has no schema definition with links */
export function linksOf(supergraph: DocumentNode): readonly Link[] {
  const links: Link[] = [];
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const args of usesOf(definition.directives, 'link')) {
      if (typeof args.url === 'string') links.push(toLink(args.url, args));
    }
  }
  return links;
}

function toLink(url: string, args: Record<string, unknown>): Link {
  const spec = /\/([^/]+)\/v\d+\.\d+\/?$/.exec(url)?.[1] ?? url.slice(url.lastIndexOf('/') + 1);
  const prefix = typeof args.as === 'string' ? args.as : spec;
  const importedTypes = new Set<string>();
  const importedDirectives = new Set<string>();
  let directive = prefix;
  for (const item of Array.isArray(args.import) ? (args.import as unknown[]) : []) {
    const [name, as] = importOf(item);
    if (name === `@${spec}`) directive = as.slice(1);
    if (name.startsWith('@')) importedDirectives.add(as.slice(1));
    else importedTypes.add(as);
  }
  return { spec, url, prefix, directive, importedTypes, importedDirectives };
}

function importOf(item: unknown): [name: string, as: string] {
  if (typeof item === 'string') return [item, item];
  if (typeof item !== 'object' || item === null || !('name' in item)) return ['', ''];
  const name = String(item.name);
  return [name, 'as' in item ? String(item.as) : name];
}
