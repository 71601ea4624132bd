// What a random supergraph is about before it is split: which entities and other types there are, which subgraph knows what of them.

import type { Choose } from './choose.ts';
import { createDraft, type SdlDraft, typeIn } from './sdl-draft.ts';

export interface EntityPlan {
  readonly name: string;
  /** Of all subgraphs that have its whole self. The first has every key. */
  readonly homes: readonly string[];
  /** What stands in `@key(fields: …)`; the first is `id`. */
  readonly keys: readonly string[];
  /** Subgraphs that can be asked for it by `_entities`. */
  readonly resolving: ReadonlySet<string>;
}

export interface GraphPlan {
  readonly drafts: ReadonlyMap<string, SdlDraft>;
  readonly entities: readonly EntityPlan[];
  /** Object types without a key, with their fields; the same in each subgraph that has them. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Members of each union and implementers of each interface that there are anywhere. */
  readonly unions: ReadonlyMap<string, readonly string[]>;
  readonly interfaces: ReadonlyMap<string, readonly string[]>;
}

const SUBGRAPHS = ['a', 'b', 'c', 'd'];
const ENTITIES = ['Ant', 'Bee', 'Cat', 'Dog'];
const VALUES = ['Box', 'Pair'];

/** Other keys than `id`, with the fields that they need. Int and String only: each row's differ. */
const OTHER_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  code: { code: 'String!' },
  'zone num': { zone: 'String!', num: 'Int!' },
  'spot { y x }': { spot: 'Spot!' },
  'serial spot { x }': { serial: 'Int!', spot: 'Spot!' },
};

export function planGraph(choose: Choose): GraphPlan {
  const names = SUBGRAPHS.slice(0, 2 + choose.below(3));
  const drafts = new Map(
    names.map((name) => {
      const isOdd = choose.chance(20);
      return [name, createDraft(name, isOdd ? `RootOf${name}` : 'Query', isOdd ? `Change${name}` : 'Mutation')];
    }),
  );
  const entities = ENTITIES.slice(0, 2 + choose.below(3)).map((name) => planEntity(name, names, choose));
  const valueNames = VALUES.slice(0, choose.below(3));
  const members = [...entities.map(({ name }) => name), ...valueNames];
  const unions = new Map(choose.chance(60) ? [['Mix', choose.some(members, 60, 2)]] : []);
  const named = choose.some(members, 60, 1);
  const interfaces = new Map(choose.chance(60) ? [['Named', named]] : []);
  const values = new Map(
    valueNames.map((name) => [
      name,
      [
        'p: Int',
        'q: String',
        'r: [Float]',
        's: Tone',
        `t: ${choose.from(entities).name}`,
        'u: Any',
        'w(n: Int = 1): Int',
      ]
        .filter((_, index) => index === 0 || choose.chance(45))
        .concat(interfaces.get('Named')?.includes(name) ? ['label: String'] : []),
    ]),
  );
  const plan: GraphPlan = { drafts, entities, values, unions, interfaces };
  for (const entity of entities) placeEntity(entity, plan, choose);
  return plan;
}

function planEntity(name: string, subgraphs: readonly string[], choose: Choose): EntityPlan {
  const homes = choose.some(subgraphs, 65, 1);
  const keys = ['id', ...choose.some(Object.keys(OTHER_KEYS), 25)];
  const resolving = new Set(homes.filter((_, index) => index === 0 || choose.chance(88)));
  return { name, homes, keys, resolving };
}

function placeEntity({ name, homes, keys, resolving }: EntityPlan, plan: GraphPlan, choose: Choose): void {
  homes.forEach((home, index) => {
    const has =
      index === 0 ? keys : choose.chance(70) ? ['id', ...choose.some(keys.slice(1), 50)] : choose.some(keys, 40, 1);
    for (const key of has) addKey(draftOf(plan, home), name, key, resolving.has(home));
  });
}

export function draftOf(plan: GraphPlan, subgraph: string): SdlDraft {
  const draft = plan.drafts.get(subgraph);
  if (draft === undefined) throw new Error(`expected a subgraph of the plan, got ${subgraph}`);
  return draft;
}

function addKey(draft: SdlDraft, name: string, key: string, isResolvable: boolean): void {
  const type = typeIn(draft, name);
  type.directives.add(`@key(fields: "${key}"${isResolvable ? '' : ', resolvable: false'})`);
  for (const [field, fieldType] of Object.entries(key === 'id' ? { id: 'ID!' } : (OTHER_KEYS[key] ?? {}))) {
    if (!type.fields.has(field))
      type.fields.set(field, { args: '', type: fieldType, directives: key === 'id' ? '' : ' @shareable' });
    if (fieldType !== 'Spot!') continue;
    const spot = typeIn(draft, 'Spot');
    spot.directives.add('@shareable');
    spot.fields.set('x', { args: '', type: 'Int!', directives: '' });
    spot.fields.set('y', { args: '', type: 'String!', directives: '' });
  }
}

/** Makes a type known to a subgraph that refers to it: an entity by its `id` alone where nothing else is known of it. */
export function ensureType(typename: string, plan: GraphPlan, subgraph: string, choose: Choose): void {
  const draft = draftOf(plan, subgraph);
  if (draft.types.has(typename)) return;
  const fields = plan.values.get(typename);
  const members = plan.unions.get(typename);
  if (plan.entities.some(({ name }) => name === typename)) addKey(draft, typename, 'id', false);
  else if (fields !== undefined) addValue(typename, fields, plan, subgraph, choose);
  else if (members !== undefined) {
    const union = typeIn(draft, typename, 'union');
    for (const member of choose.some(members, 70, 1)) {
      union.members.add(member);
      ensureType(member, plan, subgraph, choose);
    }
  } else if (plan.interfaces.has(typename)) addInterface(typename, plan, subgraph, choose);
  else if (typename === 'Tone') {
    // Of an enum that is only told each subgraph may know other values.
    const tone = typeIn(draft, typename, 'enum');
    for (const value of ['RED', ...choose.some(['BLUE', 'LOUD', 'SOFT'], 50)]) tone.members.add(value);
  } else if (typename === 'Any') typeIn(draft, typename, 'scalar');
}

function addValue(name: string, fields: readonly string[], plan: GraphPlan, subgraph: string, choose: Choose): void {
  const type = typeIn(draftOf(plan, subgraph), name);
  type.directives.add('@shareable');
  for (const field of fields) {
    const [, fieldName = '', args = '', fieldType = ''] = /^(\w+)(\(.*\))?: (.*)$/.exec(field) ?? [];
    type.fields.set(fieldName, { args, type: fieldType, directives: '' });
    ensureType(namedTypeOf(fieldType), plan, subgraph, choose);
  }
}

/** With a field of its own that each implementer has, or with none but `id`. */
function addInterface(name: string, plan: GraphPlan, subgraph: string, choose: Choose): void {
  const draft = draftOf(plan, subgraph);
  const type = typeIn(draft, name, 'interface');
  type.fields.set('label', { args: '', type: 'String', directives: '' });
  for (const member of choose.some(plan.interfaces.get(name) ?? [], 70, 1)) {
    ensureType(member, plan, subgraph, choose);
    const implementer = typeIn(draft, member);
    implementer.interfaces.add(name);
    const entity = plan.entities.find((each) => each.name === member);
    if (entity === undefined) continue;
    // Also where it can be asked for: not every subgraph that tells of the entity has this field.
    for (const home of [subgraph, ...entity.homes.slice(0, 1)]) {
      typeIn(draftOf(plan, home), member).fields.set('label', { args: '', type: 'String', directives: ' @shareable' });
    }
  }
}

export const namedTypeOf = (type: string): string => type.replaceAll(/[[\]!]/g, '');
