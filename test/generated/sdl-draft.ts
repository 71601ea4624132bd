// A subgraph's schema while it grows: types get fields, keys and members one by one, at the end it is text.

export interface SubgraphSdl {
  readonly name: string;
  readonly typeDefs: string;
}

/** A field as text: `args` with their parentheses, `directives` with a blank before each. */
export interface FieldDraft {
  readonly args: string;
  readonly type: string;
  readonly directives: string;
}

export interface TypeDraft {
  kind: 'type' | 'interface' | 'union' | 'enum' | 'input' | 'scalar';
  readonly directives: Set<string>;
  readonly interfaces: Set<string>;
  readonly fields: Map<string, FieldDraft>;
  /** Of a union or an enum. */
  readonly members: Set<string>;
}

export interface SdlDraft {
  readonly name: string;
  readonly types: Map<string, TypeDraft>;
  /** The name of its root type of queries. */
  readonly query: string;
  readonly mutation: string;
}

export const createDraft = (name: string, query: string, mutation: string): SdlDraft => ({
  name,
  types: new Map(),
  query,
  mutation,
});

/** The type of this name, made when it is not there. */
export function typeIn(draft: SdlDraft, name: string, kind: TypeDraft['kind'] = 'type'): TypeDraft {
  const known = draft.types.get(name);
  if (known !== undefined) return known;
  const made: TypeDraft = { kind, directives: new Set(), interfaces: new Set(), fields: new Map(), members: new Set() };
  draft.types.set(name, made);
  return made;
}

/** What the draft does not use yet does not harm: composition ignores it. */
export const FEDERATION_LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides",
  "@external", "@shareable", "@override", "@tag", "@interfaceObject", "@inaccessible"])`;

export function printDraft(draft: SdlDraft): SubgraphSdl {
  const { name, types, query, mutation } = draft;
  const roots = [`query: ${query}`, ...(types.has(mutation) ? [`mutation: ${mutation}`] : [])];
  const isPlain = query === 'Query' && mutation === 'Mutation';
  const schema = isPlain || !types.has(query) ? [] : [`schema { ${roots.join(' ')} }`];
  const printed = [...types].map(([typename, type]) => printType(typename, type));
  return { name, typeDefs: [FEDERATION_LINK, ...schema, ...printed].join('\n') };
}

function printType(name: string, { kind, directives, interfaces, fields, members }: TypeDraft): string {
  const given = [...directives].map((directive) => ` ${directive}`).join('');
  if (kind === 'scalar') return `scalar ${name}${given}`;
  if (kind === 'union') return `union ${name}${given} = ${[...members].join(' | ')}`;
  if (kind === 'enum') return `enum ${name}${given} { ${[...members].join(' ')} }`;
  const implemented = interfaces.size === 0 ? '' : ` implements ${[...interfaces].join(' & ')}`;
  const lines = [...fields].map(([field, draft]) => `  ${field}${draft.args}: ${draft.type}${draft.directives}`);
  return `${kind} ${name}${implemented}${given} {\n${lines.join('\n')}\n}`;
}
