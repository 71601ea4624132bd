// A validation rule: how deep an operation may nest, fragments counted where they are spread.

import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/**
 * Refuses operations that select deeper than the limit. What comes after (merging of fields, planner, writer) walks
 * selections recursively: without a limit a client could end the process with one request.
 * @param limit levels of fields; a field of the root is level 1
 */
export function depthRule(limit: number): (context: ValidationContext) => ASTVisitor {
  return (context) => {
    /** The deepest level at which each fragment was looked at: it need not be again at a lesser one. */
    const seenAt = new Map<string, number>();
    const isDeeper = (set: SelectionSetNode, level: number): boolean => {
      if (level > limit) return true;
      return set.selections.some((selection) => {
        switch (selection.kind) {
          case Kind.FIELD:
            return selection.selectionSet !== undefined && isDeeper(selection.selectionSet, level + 1);
          case Kind.INLINE_FRAGMENT:
            return isDeeper(selection.selectionSet, level);
          case Kind.FRAGMENT_SPREAD: {
            const name = selection.name.value;
            if ((seenAt.get(name) ?? 0) >= level) return false;
            seenAt.set(name, level);
            const fragment = context.getFragment(name);
            return fragment ? isDeeper(fragment.selectionSet, level) : false;
          }
        }
      });
    };
    return {
      OperationDefinition(node) {
        if (!isDeeper(node.selectionSet, 1)) return;
        const message = `Expected an operation of at most ${limit} levels (limits.depth), got a deeper one.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      },
    };
  };
}
