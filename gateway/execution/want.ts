// What a step wants of one record, and every place in the request's data where it belongs.

import type { RecordAddress } from '../cache/record.ts';
import { variantOf } from '../cache/record-address.ts';
import type { VariableValues } from './canonical-name.ts';
import type { Hole } from './read-record.ts';
import { type Representation, representationOf } from './representation.ts';
import type { Run, SubgraphScope } from './run.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { nameOf } from './slices.ts';
import type { TreeObject } from './tree.ts';

/** One root field. */
export interface RootWant {
  readonly kind: 'root';
  readonly selection: Selection;
  readonly field: FieldPlan;
  /** The root type's shape with this field alone. */
  readonly shape: Shape;
  readonly targets: readonly TreeObject[];
  readonly outers: readonly [];
}

/** One entity by its representation. */
export interface EntityWant {
  readonly kind: 'entity';
  readonly selection: Selection;
  /** In the representation: an interface's name where the subgraph's object is not known. */
  readonly typename: string;
  readonly keyText: string;
  /** False: the representation holds no key of the type whole, so that no purge by key can name it. */
  readonly hasKey: boolean;
  readonly inputsText: string;
  /** JSON as it is sent; null: it is made of type and key. */
  readonly givenRepresentation: string | null;
  /** The objects that the fields go into. The same entity at several paths is wanted once. */
  readonly targets: TreeObject[];
  /** The wants within whose entries it was found; none when it is one of the plan's. */
  readonly outers: Want[];
}

export type Want = RootWant | EntityWant;

/** The wants of the plan that these belong to: themselves, or those within whose entries they were found. */
export function outermost(wants: Iterable<Want>): ReadonlySet<Want> {
  const found = new Set<Want>();
  const seen = new Set<Want>(wants);
  // A set that grows while it is walked is walked to its end.
  for (const want of seen) {
    if (want.outers.length === 0) found.add(want);
    for (const outer of want.outers) seen.add(outer);
  }
  return found;
}

/** Entities wanted, each once, in the order in which they were met. */
export interface EntityWants {
  addRepresentation(selection: Selection, representation: Representation, target: TreeObject): void;
  addHole(hole: Hole, outer: Want): void;
  list(): readonly EntityWant[];
}

export function createEntityWants(): EntityWants {
  const bySelection = new Map<Selection, WantsOfSelection>();
  let recent: WantsOfSelection | null = null;
  const wantsOf = (selection: Selection): WantsOfSelection => {
    if (recent?.selection === selection) return recent;
    recent = bySelection.get(selection) ?? null;
    if (recent === null) {
      recent = { selection, list: [], byText: new Map(), byType: new Map() };
      bySelection.set(selection, recent);
    }
    return recent;
  };
  return {
    addRepresentation(selection, { typename, text, keyText, key, inputsText }, target) {
      const { list, byText } = wantsOf(selection);
      const known = byText.get(text);
      if (known) known.targets.push(target);
      else {
        const want: EntityWant = {
          kind: 'entity',
          selection,
          typename,
          keyText,
          hasKey: key !== null,
          inputsText,
          givenRepresentation: text,
          targets: [target],
          outers: [],
        };
        byText.set(text, want);
        list.push(want);
      }
    },
    addHole({ reference: { typename, keyText }, selection, target }, outer) {
      const { list, byType } = wantsOf(selection);
      let byKey = byType.get(typename);
      if (byKey === undefined) {
        byKey = new Map();
        byType.set(typename, byKey);
      }
      const known = byKey.get(keyText);
      if (known) {
        known.targets.push(target);
        if (!known.outers.includes(outer)) known.outers.push(outer);
        return;
      }
      const want: EntityWant = {
        kind: 'entity',
        selection,
        typename,
        keyText,
        hasKey: true,
        inputsText: '',
        givenRepresentation: null,
        targets: [target],
        outers: [outer],
      };
      byKey.set(keyText, want);
      list.push(want);
    },
    list: () => [...bySelection.values()].flatMap(({ list }) => list),
  };
}

interface WantsOfSelection {
  readonly selection: Selection;
  readonly list: EntityWant[];
  /** Of representations. */
  readonly byText: Map<string, EntityWant>;
  /** Of entities that entries name, by type and key. */
  readonly byType: Map<string, Map<string, EntityWant>>;
}

export const representationText = ({ givenRepresentation, typename, keyText }: EntityWant): string =>
  givenRepresentation ?? representationOf(typename, keyText);

/** What keeps the records of one subgraph apart from those of other callers, within one request. */
export interface Variants {
  text(field: string, inputsText: string, subjectHash: string | null): string;
  /** One for each of the shape's `apart`. */
  ofApart(shape: Shape, inputsText: string, subjectHash: string | null): readonly string[];
}

/** @param directives of the operation, which all that it fetches may depend on */
export function createVariants(scope: SubgraphScope, directives: string, variables: VariableValues): Variants {
  const known = new Map<string, string>();
  const shapes = new Map<Shape, readonly string[]>();
  const isPlain = scope.headersDigest === '' && directives === '';
  const text = (field: string, inputsText: string, subjectHash: string | null): string => {
    if (field === '' && inputsText === '' && isPlain && subjectHash === null) return '';
    const key = `${subjectHash ?? ''}\n${field}\n${inputsText}`;
    let variant = known.get(key);
    if (variant === undefined) {
      const parts = [subjectHash ?? '', scope.headersDigest, '', inputsText, field];
      variant = variantOf(directives === '' ? parts : [...parts, directives]);
      known.set(key, variant);
    }
    return variant;
  };
  const ofFields = (shape: Shape, inputsText: string, subjectHash: string | null): readonly string[] =>
    shape.apart.map((field) => text(nameOf(field, variables), inputsText, subjectHash));
  return {
    text,
    ofApart(shape, inputsText, subjectHash) {
      if (inputsText !== '' || subjectHash !== null) return ofFields(shape, inputsText, subjectHash);
      let variants = shapes.get(shape);
      if (variants === undefined) {
        variants = ofFields(shape, '', null);
        shapes.set(shape, variants);
      }
      return variants;
    },
  };
}

/** @param subjectHash not null: the caller's own record */
export function mainAddressOf(want: Want, run: Run, variants: Variants, subjectHash: string | null): RecordAddress {
  const { subgraph, parentType } = want.selection;
  if (want.kind === 'root') {
    const family = run.context.family(subgraph.name, parentType, want.field.name);
    return family(nameOf(want.field, run.variables), variants.text('', '', subjectHash));
  }
  const { keyText, inputsText, typename } = want;
  return run.context.family(subgraph.name, typename, null)(keyText, variants.text('', inputsText, subjectHash));
}

/** Is the type in the representation an object type of the subgraph? */
export const isCertain = (want: EntityWant): boolean =>
  want.selection.subgraph.types.get(want.typename)?.kind === 'object';

/** The shape of what the subgraph said the entity is. Only types that there are: shapes are remembered by name. */
export function shapeOfEntity(want: EntityWant, toldTypename: unknown): Shape {
  const { selection, typename } = want;
  const isTold = !isCertain(want) && typeof toldTypename === 'string' && selection.subgraph.types.has(toldTypename);
  return selection.shape(isTold ? toldTypename : typename);
}
