// Who plans what holds a text that Hive's planner writes otherwise than the client: Apollo's passes it on as it is.
//
// Seen with Hive's 0.0.38, of all characters up to U+2FFF: a backspace (U+0008) becomes U+0010.

import { parse, visit } from 'graphql';
import type { Planner } from './plan.ts';

/** @param keeper passes texts on as they are: what holds a backspace is planned by it or by nobody, another text being a wrong one */
export function withLiteralsKept(planner: Planner, keeper: Planner): Planner {
  return { plan: (document) => (holdsBackspace(document) ? keeper : planner).plan(document) };
}

/** @param document as graphql-js prints it */
function holdsBackspace(document: string): boolean {
  // Most have nothing that looks like one, and what does may be a backslash before a letter.
  if (!document.includes('\\b')) return false;
  let holds = false;
  visit(parse(document, { noLocation: true }), {
    StringValue({ value }) {
      if (value.includes('\b')) holds = true;
    },
  });
  return holds;
}
