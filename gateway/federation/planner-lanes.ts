// One planner in two processes: what is large to plan waits behind what is large, and holds up nobody else.
//
// A text of 640 characters, its fragments expanded, keeps Hive's planner for seconds; as many of them as it has threads, and nothing
// new would be planned before their deadline.

import { type PlannerProcess, type PlannerProcessOptions, startPlannerProcess } from './planner-process.ts';

/**
 * Characters of an expanded document. Up to here Hive's planner takes at most 0.1 s, Apollo's 0.2 s, measured with objects of which
 * each needs a fetch of its own; Hive's time grows with the square of their number.
 */
const LARGEST_SMALL_DOCUMENT = 16 * 1024;

/** The process for large documents starts when the first one comes. */
export function startPlannerLanes(supergraphSdl: string, options: PlannerProcessOptions = {}): PlannerProcess {
  const small = startPlannerProcess(supergraphSdl, options);
  const large = startPlannerProcess(supergraphSdl, { ...options, starts: 'when asked' });
  return {
    opened: small.opened,
    plan: (document) => (document.length > LARGEST_SMALL_DOCUMENT ? large : small).plan(document),
    close() {
      small.close();
      large.close();
    },
  };
}
