// Is a value of a subgraph's answer what the subgraph's schema says? What is not is shown as null and told, but never kept.

import { Kind, parseType, type TypeNode } from 'graphql';
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

/** By the first character: leaves are JSON texts. */
function leaf(name: string, enums: Enums): Conforms {
  switch (name) {
    case 'Int':
      return (value) => typeof value === 'string' && isInteger(value);
    case 'Float':
      return (value) => typeof value === 'string' && isNumber(value);
    case 'String':
      return (value) => typeof value === 'string' && value.charCodeAt(0) === QUOTE;
    case 'Boolean':
      return (value) => value === 'true' || value === 'false';
    case 'ID':
      return (value) => typeof value === 'string' && (value.charCodeAt(0) === QUOTE || isInteger(value));
    default: {
      const values = enums.get(name);
      if (values === undefined) return (value) => value !== undefined;
      const texts = new Set([...values].map((each) => JSON.stringify(each)));
      return (value) => typeof value === 'string' && texts.has(value);
    }
  }
}

const QUOTE = 34;
const MINUS = 45;

function isNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === MINUS || (first >= 48 && first <= 57);
}

const isInteger = (text: string): boolean => isNumber(text) && !/[.e]/i.test(text);
