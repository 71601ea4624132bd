// The type of a field or argument, looked at through its lists and non-nulls.

import { Kind, type TypeNode } from 'graphql';

/** The name without lists and non-null. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** 0: no list. 2: a list of lists. */
export function listDepth(type: TypeNode): number {
  if (type.kind === Kind.LIST_TYPE) return 1 + listDepth(type.type);
  return type.kind === Kind.NON_NULL_TYPE ? listDepth(type.type) : 0;
}
