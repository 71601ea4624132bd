// `@skip` and `@include`: decided by literals at once, by variables at each request.

import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import type { VariableValues } from './canonical-name.ts';

/** @param variables with defaults applied */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, variables: VariableValues): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (isTrue === (name === 'skip')) return false;
  }
  return true;
}

/** Variables that conditions of a document name, in order: their values decide what it selects. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      const value = node.arguments?.find((argument) => argument.name.value === 'if')?.value;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}
