// Who plans what bears directives that subgraphs are told: Hive's planner leaves them out of its plans, Apollo's keeps them.

import { type DirectiveNode, parse, visit } from 'graphql';
import type { Planner } from './plan.ts';

/** @param keeper keeps directives in its plans: what bears some is planned by it or by nobody, a plan without them being a wrong one */
export function withDirectivesKept(planner: Planner, keeper: Planner): Planner {
  return { plan: (document) => (bearsDirectives(document) ? keeper : planner).plan(document) };
}

function bearsDirectives(document: string): boolean {
  // Most have no such character, and those that have it mostly have it in a text.
  if (!document.includes('@')) return false;
  let bears = false;
  visit(parse(document, { noLocation: true }), {
    Directive(_: DirectiveNode) {
      bears = true;
    },
  });
  return bears;
}
