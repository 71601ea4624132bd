// A validation rule: how long a chain of fragments that spread one another may be.

import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** People write some ten. Whoever compiles and plans an operation after validation walks fragments recursively, several calls for each. */
const LONGEST_CHAIN = 500;

/** Refuses operations whose fragments lead through more than 500 others. Fragments in circles are another rule's. */
export function fragmentChainRule(context: ValidationContext): ASTVisitor {
  /** Fragments of the longest chain that begins with each; 0 while it is being counted. */
  const lengths = new Map<string, number>();
  const lengthOf = (name: string): number => {
    const known = lengths.get(name);
    if (known !== undefined) return known;
    lengths.set(name, 0);
    const fragment = context.getFragment(name);
    let longest = 0;
    for (const spread of fragment ? context.getFragmentSpreads(fragment.selectionSet) : []) {
      longest = Math.max(longest, lengthOf(spread.name.value));
    }
    lengths.set(name, longest + 1);
    return longest + 1;
  };
  return {
    OperationDefinition(node) {
      for (const spread of context.getFragmentSpreads(node.selectionSet)) {
        if (lengthOf(spread.name.value) <= LONGEST_CHAIN) continue;
        const message = `Expected fragments that spread one another at most ${LONGEST_CHAIN} deep, got a longer chain.`;
        return context.reportError(new GraphQLError(message, { nodes: spread }));
      }
    },
  };
}
