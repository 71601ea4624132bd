// Who plans what Hive's planner does not hand on as the client wrote it: Apollo's, which does.
//
// Seen with Hive's 0.0.38: it leaves out the directives that subgraphs are told; and of all characters up to U+2FFF in a text a backspace
// (U+0008) becomes U+0010.

import { parse, visit } from 'graphql';
import type { Planner } from './plan.ts';

/** @param keeper plans it, or nobody does: a plan for something else than what was written is a wrong one */
export function withKeeper(planner: Planner, keeper: Planner): Planner {
  return { plan: (document) => (isChanged(document) ? keeper : planner).plan(document) };
}

/** @param document as graphql-js prints it */
function isChanged(document: string): boolean {
  // Most hold neither, and those that do mostly in a text: a backslash before a letter looks like a backspace.
  if (!document.includes('@') && !document.includes('\\b')) return false;
  let isChanged = false;
  visit(parse(document, { noLocation: true }), {
    Directive() {
      isChanged = true;
    },
    StringValue({ value }) {
      if (value.includes('\b')) isChanged = true;
    },
  });
  return isChanged;
}
