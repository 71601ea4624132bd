// A validation rule: numbers that are too large for a double. Planners write them anew, and make a name of them (`1e400` → `inf`).

import { type ASTVisitor, type FloatValueNode, GraphQLError, type IntValueNode, type ValidationContext } from 'graphql';

/** Characters of a number that are repeated to its sender. */
const SHOWN_LENGTH = 40;

/** Refuses number literals that are infinite as a double. @see GraphQL specification, 3.5.2: a Float must be finite */
export function numberRule(context: ValidationContext): ASTVisitor {
  const check = (node: FloatValueNode | IntValueNode): void => {
    if (Number.isFinite(Number(node.value))) return;
    const message = `Expected a number that a double can hold, got ${node.value.slice(0, SHOWN_LENGTH)}.`;
    context.reportError(new GraphQLError(message, { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
}
