// A validation rule: how deep an operation may nest, fragments counted where they are spread.

import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/**
 * Refuses operations that select deeper than the limit. What comes after (merging of fields, planner, writer) walks
 * selections recursively: without a limit a client could end the process with one request.
 * @param limit levels of fields and inline fragments; a field of the root is level 1
 */
export function depthRule(limit: number): (context: ValidationContext) => ASTVisitor {
  return (context) => {
    /** The deepest level at which each fragment was looked at: it need not be again at a lesser one. */
    const seenAt = new Map<string, number>();
    const isDeeper = (set: SelectionSetNode, level: number): boolean =>
      level > limit || set.selections.some((selection) => leadsDeeper(selection, level));
    const leadsDeeper = (selection: SelectionNode, level: number): boolean => {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        return selection.selectionSet !== undefined && isDeeper(selection.selectionSet, level + 1);
      }
      const name = selection.name.value;
      if ((seenAt.get(name) ?? 0) >= level) return false;
      seenAt.set(name, level);
      const fragment = context.getFragment(name);
      return fragment ? isDeeper(fragment.selectionSet, level) : false;
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
