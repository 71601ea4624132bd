// Random supergraphs: the schemas of two to four subgraphs that between them hold whatever federation allows.

import type { Arbitrary } from 'fast-check';
import { type Choose, chosen } from './choose.ts';
import { draftOf, type EntityPlan, ensureType, type GraphPlan, namedTypeOf, planGraph } from './graph-plan.ts';
import { addInterfaceObject } from './interface-object-part.ts';
import { type FieldDraft, printDraft, type SubgraphSdl, typeIn } from './sdl-draft.ts';

/** Most compose; the composer has the last word. */
export const graphs = (): Arbitrary<readonly SubgraphSdl[]> => chosen(buildGraph);

/** A field of an entity that one subgraph, or several, resolve. */
interface PlacedField {
  readonly entity: EntityPlan;
  readonly name: string;
  readonly owner: string;
  readonly draft: FieldDraft;
}

function buildGraph(choose: Choose): readonly SubgraphSdl[] {
  const plan = planGraph(choose);
  const subgraphs = [...plan.drafts.keys()];
  const placed = plan.entities.flatMap((entity) => placeFields(entity, plan, choose));
  for (const entity of plan.entities) {
    for (const home of entity.homes) {
      if (entity.resolving.has(home) && choose.chance(60)) addRequiring(entity, home, placed, plan, choose);
    }
  }
  if (choose.chance(30)) addInterfaceObject(plan, choose);
  for (const subgraph of subgraphs) {
    addRootFields(draftOf(plan, subgraph).query, 'q', subgraph, plan, choose);
    if (choose.chance(45)) addProviding(subgraph, placed, plan, choose);
    if (choose.chance(35)) addMutations(subgraph, plan, choose);
  }
  if (choose.chance(30)) addSharedRootField(subgraphs, plan, choose);
  return [...plan.drafts.values()].filter(({ types }) => types.size > 0).map(printDraft);
}

const LEAVES = ['Int', 'Int', 'String', 'String', 'Float', 'Boolean', 'ID', 'Any', 'Tone'];
const WRAPPINGS = ['%', '%', '%', '%', '%!', '[%]', '[%!]', '[%!]!', '[%]!', '[[%]]', '[[%!]!]'];
const ARGUMENTS = [
  '(n: Int)',
  '(n: Int = 3)',
  '(text: String = "a\\"b", n: Int!)',
  '(in: Filter)',
  '(in: Filter! = {min: 7}, level: Level = LOW)',
  '(pick: [Int!])',
  '(lists: [[Int]], mode: Mode)',
  '(any: Any)',
];

/** @returns a field's type and arguments, with all that they need in this subgraph */
function randomField(subgraph: string, plan: GraphPlan, choose: Choose): FieldDraft {
  const composites = [
    ...plan.entities.map(({ name }) => name),
    ...plan.values.keys(),
    ...plan.unions.keys(),
    ...plan.interfaces.keys(),
  ];
  const named = choose.chance(50) ? choose.from(LEAVES) : choose.from(composites);
  ensureType(named, plan, subgraph, choose);
  const isAbstract = plan.unions.has(named) || plan.interfaces.has(named);
  // There may be no type that all subgraphs know as a member: null then.
  const wrapping = choose.from(WRAPPINGS.filter((each) => !isAbstract || !each.startsWith('%!')));
  const args = choose.chance(25) ? choose.from(ARGUMENTS) : '';
  ensureInputs(args, subgraph, plan, choose);
  return { args, type: wrapping.replace('%', named), directives: '' };
}

function ensureInputs(args: string, subgraph: string, plan: GraphPlan, choose: Choose): void {
  const draft = draftOf(plan, subgraph);
  if (args.includes('Any')) typeIn(draft, 'Any', 'scalar');
  if (args.includes('Filter') || args.includes('Level'))
    for (const value of ['LOW', 'HIGH']) typeIn(draft, 'Level', 'enum').members.add(value);
  if ((args.includes('Mode') || args.includes('Filter')) && !draft.types.has('Mode')) {
    // Of an enum that is only taken the API has what all subgraphs know.
    for (const value of ['FAST', ...choose.some(['SLOW', 'IDLE'], 50)])
      typeIn(draft, 'Mode', 'enum').members.add(value);
  }
  if (!args.includes('Filter')) return;
  const filter = typeIn(draft, 'Filter', 'input');
  const fields = { min: 'Int = 2', level: 'Level', tags: '[String!]', not: 'Filter', mode: 'Mode = FAST' };
  for (const [name, type] of Object.entries(fields)) filter.fields.set(name, { args: '', type, directives: '' });
}

function placeFields(entity: EntityPlan, plan: GraphPlan, choose: Choose): readonly PlacedField[] {
  return Array.from({ length: 2 + choose.below(5) }, (_, index) => {
    const name = `f${index}`;
    // Where it cannot be asked for by key only those see it who were told of it there.
    const owner = choose.from(entity.homes.filter((home) => entity.resolving.has(home)));
    const made = randomField(owner, plan, choose);
    const others = entity.homes.filter((home) => home !== owner);
    const extra = choose.chance(8) ? ' @tag(name: "t")' : choose.chance(5) ? ' @inaccessible' : '';
    const fieldOf = (subgraph: string) => typeIn(draftOf(plan, subgraph), entity.name).fields;
    let directives = extra;
    if (others.length > 0 && choose.chance(25)) {
      directives = ` @shareable${extra}`;
      for (const other of choose.some(others, 60, 1)) {
        ensureType(namedTypeOf(made.type), plan, other, choose);
        ensureInputs(made.args, other, plan, choose);
        fieldOf(other).set(name, { ...made, directives: ' @shareable' });
      }
    } else if (others.length > 0 && choose.chance(12)) {
      const from = choose.from(others);
      ensureType(namedTypeOf(made.type), plan, from, choose);
      ensureInputs(made.args, from, plan, choose);
      fieldOf(from).set(name, { ...made, directives: '' });
      directives = ` @override(from: "${from}")${extra}`;
    }
    const draft = { ...made, directives };
    fieldOf(owner).set(name, draft);
    return { entity, name, owner, draft };
  });
}

/** A field that is computed from fields of other subgraphs. */
function addRequiring(
  entity: EntityPlan,
  subgraph: string,
  placed: readonly PlacedField[],
  plan: GraphPlan,
  choose: Choose,
): void {
  const type = typeIn(draftOf(plan, subgraph), entity.name);
  const usable = placed.filter(
    (field) => field.entity === entity && !type.fields.has(field.name) && isRequirable(field),
  );
  const wanted = choose.some(usable, 50, 1).slice(0, 3);
  if (wanted.length === 0) return;
  const parts = wanted.map((field) => {
    external(entity.name, field, subgraph, plan, choose);
    return `${field.name}${argumentsFor(field.draft.args, choose)}${below(namedTypeOf(field.draft.type), subgraph, placed, plan, choose, 2)}`;
  });
  const args = choose.chance(20) ? '(n: Int = 4)' : '';
  const fields = parts.join(' ').replaceAll('"', '\\"');
  type.fields.set(`r${subgraph}`, {
    args,
    type: choose.from(['String', 'String', 'String!']),
    directives: ` @requires(fields: "${fields}")`,
  });
}

/** An input object as an argument is not written into a set of fields here. */
const isRequirable = ({ draft }: PlacedField): boolean => !draft.args.includes('Filter');

function external(
  typename: string,
  { name, draft }: PlacedField,
  subgraph: string,
  plan: GraphPlan,
  choose: Choose,
): void {
  const { fields } = typeIn(draftOf(plan, subgraph), typename);
  if (fields.has(name)) return;
  ensureType(namedTypeOf(draft.type), plan, subgraph, choose);
  ensureInputs(draft.args, subgraph, plan, choose);
  fields.set(name, { args: draft.args, type: draft.type, directives: ' @external' });
}

/** What a required field is asked with: what it must have, and sometimes what it may have. */
function argumentsFor(args: string, choose: Choose): string {
  // Planners have none for one field required with two sets.
  const n = choose.chance(92) ? 1 : 2;
  if (args.includes('n: Int!') || (args.startsWith('(n: Int') && choose.chance(92))) return `(n: ${n})`;
  return '';
}

/** A selection below a required field of this type; '' for a leaf. */
function below(
  typename: string,
  subgraph: string,
  placed: readonly PlacedField[],
  plan: GraphPlan,
  choose: Choose,
  depth: number,
): string {
  const draft = draftOf(plan, subgraph);
  const value = plan.values.get(typename);
  if (value !== undefined) {
    const leaf = choose.from(value.filter((field) => !/: (Ant|Bee)/.test(field) && !field.includes('(')));
    return ` { ${leaf.split(':')[0]} }`;
  }
  const entity = plan.entities.find(({ name }) => name === typename);
  if (entity !== undefined) {
    const own = placed.filter((field) => field.entity === entity && field.owner !== subgraph && isRequirable(field));
    if (depth > 0 && own.length > 0 && choose.chance(60)) {
      const field = choose.from(own);
      external(typename, field, subgraph, plan, choose);
      const inner = below(namedTypeOf(field.draft.type), subgraph, placed, plan, choose, depth - 1);
      return ` { ${field.name}${argumentsFor(field.draft.args, choose)}${inner} }`;
    }
    const key = [...typeIn(draft, typename).directives].find((each) => each.startsWith('@key'));
    return ` { ${/"(.*?)"/.exec(key ?? '')?.[1] ?? '__typename'} }`;
  }
  if (plan.interfaces.has(typename)) return choose.chance(50) ? ' { label }' : ' { __typename label }';
  if (!plan.unions.has(typename)) return '';
  const members = choose.some([...typeIn(draft, typename).members], 70, 1);
  return ` { ${members.map((member) => `... on ${member}${below(member, subgraph, placed, plan, choose, 0)}`).join(' ')} }`;
}

const ROOT_WRAPPINGS = ['%', '%', '[%]', '[%]', '[%!]', '[[%]]'];

function addRootFields(root: string, prefix: string, subgraph: string, plan: GraphPlan, choose: Choose): void {
  const draft = draftOf(plan, subgraph);
  const known = [...draft.types].filter(
    ([name, { kind }]) => name !== root && ['type', 'union', 'interface'].includes(kind),
  );
  const names = known
    .map(([name]) => name)
    .filter((name) => name !== 'Spot' && name !== draft.query && name !== draft.mutation);
  if (names.length === 0) return;
  const count = 1 + choose.below(3);
  for (let index = 0; index < count; index += 1) {
    const args = choose.chance(35) ? choose.from(ARGUMENTS) : '';
    ensureInputs(args, subgraph, plan, choose);
    const type = choose.from(ROOT_WRAPPINGS).replace('%', choose.from(names));
    typeIn(draft, root).fields.set(`${prefix}${subgraph}${index}`, { args, type, directives: '' });
  }
  if (choose.chance(25))
    typeIn(draft, root).fields.set(`${prefix}${subgraph}Leaf`, randomField(subgraph, plan, choose));
}

/** A root field that tells an entity with a field that is another subgraph's. */
function addProviding(subgraph: string, placed: readonly PlacedField[], plan: GraphPlan, choose: Choose): void {
  const draft = draftOf(plan, subgraph);
  const usable = placed.filter(
    ({ entity, name, owner, draft: field }) =>
      owner !== subgraph &&
      draft.types.has(entity.name) &&
      !draft.types.get(entity.name)?.fields.has(name) &&
      field.args === '' &&
      // Of an enum it may know other values.
      LEAVES.includes(namedTypeOf(field.type)) &&
      namedTypeOf(field.type) !== 'Tone' &&
      !field.directives.includes('@override'),
  );
  if (usable.length === 0) return;
  const field = choose.from(usable);
  external(field.entity.name, field, subgraph, plan, choose);
  const original = typeIn(draftOf(plan, field.owner), field.entity.name).fields.get(field.name);
  if (original && !original.directives.includes('@shareable')) {
    const fields = typeIn(draftOf(plan, field.owner), field.entity.name).fields;
    fields.set(field.name, { ...original, directives: ` @shareable${original.directives}` });
  }
  const type = choose.from(ROOT_WRAPPINGS).replace('%', field.entity.name);
  const directives = ` @provides(fields: "${field.name}")`;
  typeIn(draft, draft.query).fields.set(`p${subgraph}`, { args: '', type, directives });
}

function addMutations(subgraph: string, plan: GraphPlan, choose: Choose): void {
  const draft = draftOf(plan, subgraph);
  typeIn(draft, draft.mutation).fields.set(`step${subgraph}`, { args: '', type: 'Int!', directives: '' });
  addRootFields(draft.mutation, 'm', subgraph, plan, choose);
}

function addSharedRootField(subgraphs: readonly string[], plan: GraphPlan, choose: Choose): void {
  const typename = choose.from(plan.entities).name;
  const type = choose.from(ROOT_WRAPPINGS).replace('%', typename);
  for (const subgraph of choose.some(subgraphs, 50, 2)) {
    ensureType(typename, plan, subgraph, choose);
    const draft = draftOf(plan, subgraph);
    typeIn(draft, draft.query).fields.set('shared', { args: '', type, directives: ' @shareable' });
  }
}
