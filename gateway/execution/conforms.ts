// Is a value of a subgraph's answer what the subgraph's schema says? What is not is shown as null and told, but never kept.

import { Kind, parseType, type TypeNode } from 'graphql';
import { isBooleanText, isIdText, isIntegerText, isNumberText, isStringText } from './leaf-text.ts';
import { isTreeObject, type TreeValue } from './tree.ts';

export type Conforms = (value: TreeValue | undefined) => boolean;

type Enums = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * One level: what stands below an object is looked at by itself. Nothing at all conforms to no type.
 * @param typeText such as `[Int!]!` @param isComposite its named type has fields @param enums values by the enum's name
 */
export function conformsTo(typeText: string, isComposite: boolean, enums: Enums): Conforms {
  const type = parseType(typeText, { noLocation: true });
  return ofType(type, isComposite ? () => isTreeObject : (name) => leaf(name, enums));
}

function ofType(type: TypeNode, named: (name: string) => Conforms): Conforms {
  if (type.kind === Kind.NON_NULL_TYPE) {
    const below = ofType(type.type, named);
    return (value) => value !== null && below(value);
  }
  if (type.kind === Kind.LIST_TYPE) {
    const item = ofType(type.type, named);
    return (value) => value === null || (Array.isArray(value) && value.every(item));
  }
  const conforms = named(type.name.value);
  return (value) => value === null || conforms(value);
}

function leaf(name: string, enums: Enums): Conforms {
  const values = enums.get(name);
  const isText = BUILT_IN.get(name) ?? (values && isOneOf(values));
  if (isText === undefined) return (value) => value !== undefined;
  return (value) => typeof value === 'string' && isText(value);
}

const BUILT_IN: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['Int', isIntegerText],
  ['Float', isNumberText],
  ['String', isStringText],
  ['Boolean', isBooleanText],
  ['ID', isIdText],
]);

function isOneOf(values: ReadonlySet<string>): (text: string) => boolean {
  const texts = new Set([...values].map((value) => JSON.stringify(value)));
  return (text) => texts.has(text);
}
