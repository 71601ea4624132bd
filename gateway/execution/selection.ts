// What one fetch asks of one subgraph, as a tree: read from the plan's document, then looked at type by type.

import type { Rewrite } from '../federation/plan.ts';
import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import type { CanonicalName } from './canonical-name.ts';
import { type Conforms, conformsTo } from './conforms.ts';
import { type Directives, isPlain, type Occurrence, toldName } from './directives.ts';
import { draftFields } from './field-drafts.ts';
import { inlineFields } from './inline-field.ts';
import { findKey, isBoundToPlace, isPartOf, type KeyPlan } from './key-plan.ts';
import { narrowed } from './narrowed.ts';
import { advanceKey, advanceTypes } from './output-rewrites.ts';

/** A selection as it stands in the document, fragments expanded, conditions decided. */
export type Selected =
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly responseName: string;
      readonly canonical: CanonicalName;
      /** The arguments as text, `(first: $n)`; empty without. */
      readonly argumentsText: string;
      /** Variables that the arguments use. */
      readonly variables: readonly string[];
      readonly directives: Directives;
      readonly children: readonly Selected[] | null;
      /** False: asked for by us, to know the entities in an answer; no part of the answer. */
      readonly planned: boolean;
    }
  | {
      readonly kind: 'fragment';
      readonly typename: string | null;
      readonly directives: Directives;
      readonly children: readonly Selected[];
    };

/** One field of one type: the same response name selected several times is one of these. */
export interface FieldPlan {
  readonly name: string;
  /** In the subgraph's answer. */
  readonly responseName: string;
  /** `"name":`, as it stands in the subgraph's answer. */
  readonly keyText: string;
  /** In the data that steps share: the response name, unless the plan renames it. */
  readonly outName: string;
  /** Of its value: name, arguments and directives. */
  readonly canonical: CanonicalName;
  /** Name and arguments alone. */
  readonly bareName: CanonicalName;
  readonly argumentsText: string;
  /** Variables that the arguments use. */
  readonly variables: readonly string[];
  /** Each way in which directives let it stand in the fetch, in order; empty where there are no directives. */
  readonly occurrences: readonly Occurrence[];
  readonly planned: boolean;
  readonly listDepth: number;
  readonly selection: Selection | null;
  /** It has arguments or directives or may hold a list of objects: as large as it likes, and there are as many as of those. */
  readonly holdsMany: boolean;
  /** It holds many, or an entity: other tables than the type's may change it. */
  readonly isFar: boolean;
  /** Kept apart from the plain columns: it holds many; or it is far where something is precise, which must not die with what is not. */
  readonly apart: boolean;
  /** Its place among the shape's `apart`; −1 for plain columns. */
  readonly apartAt: number;
  readonly external: boolean;
  /** `inline` names it: its value depends on where the object stands. */
  readonly placed: boolean;
  /** Is a value what the subgraph's schema says? */
  readonly conforms: Conforms;
}

/** A selection as it applies to one object type. */
export interface Shape {
  readonly typename: string | null;
  readonly fields: readonly FieldPlan[];
  readonly plain: readonly FieldPlan[];
  readonly apart: readonly FieldPlan[];
  /** One field is selected under several names, each with a selection of its own. */
  readonly repeats: boolean;
  /** Not null: objects of this type are entities whose fields are a record of their own; of a stub nothing is left for one. */
  readonly key: KeyPlan | null;
  /** Not null: the key is selected, whether a record is made of the object or not. */
  readonly identity: KeyPlan | null;
  /** An entity of which nothing but its key is selected: it holds no data that could change. */
  readonly isStub: boolean;
  /** The subgraph knows an interface of the supergraph as this object type. */
  readonly isInterfaceObject: boolean;
  /** JSON text. Of an entity: what its fields mean, where they are held within another record, whose own digest says nothing of it. */
  readonly heldAs: string | null;
}

export interface Selection {
  readonly subgraph: SubgraphFacts;
  /** The declared type of the object, in the subgraph; `_Entity` under `_entities`. */
  readonly parentType: string;
  /** The one type that objects can have; null: the answer's `__typename` says. */
  readonly onlyType: string | null;
  readonly selected: readonly Selected[];
  shape(typename: string | null): Shape;
}

export interface SelectionRules {
  isSubtype(condition: string, typename: string): boolean;
  /** `inline` of the configuration: entities under this field stay where they are, and so do those that it is a field of. */
  isInline(coordinate: string): boolean;
  /** `Type` or `Type.field`. */
  isPrecise(subgraph: string, coordinate: string): boolean;
  /** The digest of what fields of an entity type mean. */
  shapeOf(subgraph: string, typename: string): string;
}

export function createSelection(
  subgraph: SubgraphFacts,
  parentType: string,
  /** Entities found here stay where they are. */
  isHeld: boolean,
  selected: readonly Selected[],
  rewrites: readonly Rewrite[],
  rules: SelectionRules,
): Selection {
  const type = subgraph.types.get(parentType);
  const onlyType = type?.kind === 'object' ? parentType : null;
  const shapes = new Map<string | null, Shape>();
  const selection: Selection = {
    subgraph,
    parentType,
    onlyType,
    selected,
    shape(typename) {
      const known = shapes.get(typename);
      if (known !== undefined) return known;
      const shape = createShape(selection, typename, isHeld, rewrites, rules);
      shapes.set(typename, shape);
      return shape;
    },
  };
  return selection;
}

const isGiven: Conforms = (value) => value !== undefined;

/** By the `__typename` of an answer, where the selection does not know the type. Only types that there are: shapes are remembered by name. */
export function toldShape(selection: Selection, told: unknown): Shape {
  const { onlyType, subgraph } = selection;
  if (onlyType !== null) return selection.shape(onlyType);
  return selection.shape(typeof told === 'string' && subgraph.types.has(told) ? told : null);
}

/** What is read below a field with directives may depend on them: entities stay where they are. */
const everywhere = (): boolean => true;

function createShape(
  selection: Selection,
  typename: string | null,
  isHeld: boolean,
  rewrites: readonly Rewrite[],
  rules: SelectionRules,
): Shape {
  const drafts = draftFields(selection, typename, rules);
  const applying = rewrites.flatMap((rewrite) => advanceTypes(rewrite, typename, rules));
  const { subgraph } = selection;
  const facts = typename === null ? undefined : subgraph.types.get(typename);
  const isPreciseAt = (type: string | null, name: string): boolean =>
    type === null || rules.isPrecise(subgraph.name, type) || rules.isPrecise(subgraph.name, `${type}.${name}`);
  const isInline = inlineFields(subgraph, typename ?? selection.parentType, rules.isInline);
  let apartCount = 0;
  const fields = drafts.map((draft): FieldPlan => {
    const { name, responseName, canonical: bareName, argumentsText, variables } = draft.field;
    // What an object is does not depend on them.
    const isTold = name !== '__typename' && !draft.occurrences.every(isPlain);
    const occurrences = isTold ? draft.occurrences : [];
    const fieldFacts = facts?.fields.get(name) ?? subgraph.types.get(selection.parentType)?.fields.get(name);
    const placed = isInline(name);
    const below = applying.flatMap((rewrite) => advanceKey(rewrite, responseName));
    const rename = below.find((rewrite) => rewrite.kind === 'rename' && rewrite.path.length === 0);
    const child =
      draft.field.children === null
        ? null
        : createSelection(
            subgraph,
            fieldFacts?.typename ?? '',
            placed || isTold,
            narrowed(draft.children, fieldFacts?.typename ?? '', subgraph),
            below.filter((rewrite) => rewrite.path.length > 0),
            isTold ? { ...rules, isInline: everywhere } : rules,
          );
    const holdsMany =
      argumentsText !== '' || isTold || (child !== null && ((fieldFacts?.listDepth ?? 0) > 0 || reachesMany(child)));
    const isFar = holdsMany || (child !== null && reachesFar(child));
    const apart = holdsMany || (isFar && isPreciseAt(typename, name));
    return {
      name,
      responseName,
      keyText: `"${responseName}":`,
      outName: rename?.kind === 'rename' ? rename.to : responseName,
      canonical: isTold ? toldName(bareName, occurrences) : bareName,
      bareName,
      argumentsText,
      variables,
      occurrences,
      planned: draft.planned,
      listDepth: fieldFacts?.listDepth ?? 0,
      selection: child,
      holdsMany,
      isFar,
      apart,
      apartAt: apart ? apartCount++ : -1,
      external: fieldFacts?.external ?? false,
      placed,
      conforms: fieldFacts ? conformsTo(fieldFacts.typeText, child !== null, subgraph.enumValues) : isGiven,
    };
  });
  const key = typename === null ? null : findKey(subgraph, typename, fields);
  const isStub = key !== null && fields.every((field) => field.name === '__typename' || isPartOf(key, field));
  const staysInPlace = isHeld || (typename !== null && isBoundToPlace(subgraph, typename, fields));
  return {
    typename,
    fields,
    plain: fields.filter((field) => !field.apart),
    apart: fields.filter((field) => field.apart),
    repeats: new Set(fields.map(({ name }) => name)).size < fields.length,
    identity: key,
    key: staysInPlace ? null : key,
    isStub,
    isInterfaceObject: facts?.isInterfaceObject ?? false,
    heldAs:
      typename !== null && (facts?.keys.length ?? 0) > 0
        ? JSON.stringify(rules.shapeOf(subgraph.name, typename))
        : null,
  };
}

function reachesMany(selection: Selection): boolean {
  if (selection.onlyType === null) return true;
  return selection.shape(selection.onlyType).fields.some((field) => field.holdsMany);
}

/** Does the value hold entities, lists of objects or fields with arguments? Then other tables than the parent's may change it. */
function reachesFar(selection: Selection): boolean {
  const type = selection.subgraph.types.get(selection.parentType);
  if (selection.onlyType === null || (type?.keys.length ?? 0) > 0) return true;
  return selection.shape(selection.onlyType).fields.some((field) => field.isFar);
}
