// What the values of enums, scalars and input types mean: they are arguments and leaves, the same for every subgraph.

import { type DefinitionNode, Kind, print } from 'graphql';
import { namedType } from './type-node.ts';

export interface LeafFacts {
  /** The definition as text: kind, values or fields with types and defaults. */
  readonly text: string;
  /** Of an enum; null for what is none. */
  readonly values: ReadonlySet<string> | null;
  /** Types of an input type's fields. */
  readonly typenames: readonly string[];
}

/** @returns null for what is no enum, scalar or input type */
export function readLeaf(definition: DefinitionNode): readonly [name: string, LeafFacts] | null {
  switch (definition.kind) {
    case Kind.ENUM_TYPE_DEFINITION: {
      const values = (definition.values ?? []).map((value) => value.name.value).sort();
      return [definition.name.value, { text: `enum ${values.join('|')}`, values: new Set(values), typenames: [] }];
    }
    case Kind.SCALAR_TYPE_DEFINITION: {
      const specified = definition.directives?.find((directive) => directive.name.value === 'specifiedBy');
      const text = `scalar ${specified === undefined ? '' : print(specified)}`;
      return [definition.name.value, { text, values: null, typenames: [] }];
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const fields = definition.fields ?? [];
      const texts = fields.map(({ name, type, defaultValue }) => [
        name.value,
        print(type),
        defaultValue === undefined ? null : print(defaultValue),
      ]);
      const text = `input ${JSON.stringify(texts.sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)))}`;
      return [definition.name.value, { text, values: null, typenames: fields.map(({ type }) => namedType(type)) }];
    }
    default:
      return null;
  }
}
