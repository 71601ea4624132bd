// The inside of a planner's process: one supergraph, one plan after the other, by messages of its parent.

import { wordsOf } from '../errors.ts';
import type { Planner } from './plan.ts';
import type { PlannerReply, PlannerRequest } from './planner-process.ts';

/** @param openPlanner called once, with the supergraph. @throws {Error} what is said of a supergraph that it does not take */
export function hostPlanner(openPlanner: (supergraphSdl: string) => Planner): void {
  let open: () => Planner = () => {
    throw new Error('expected a supergraph before an operation, got none');
  };
  const answer = async (request: PlannerRequest): Promise<void> => {
    if (request.kind === 'open') {
      try {
        const planner = openPlanner(request.supergraphSdl);
        open = () => planner;
        tell({ kind: 'opened' });
      } catch (error) {
        open = () => {
          throw error;
        };
        tell({ kind: 'refused', reason: wordsOf(error) });
      }
      return;
    }
    const { id, document } = request;
    try {
      tell({ kind: 'planned', id, plan: await open().plan(document) });
    } catch (error) {
      tell({ kind: 'failed', id, message: wordsOf(error) });
    }
  };
  process.on('message', (message) => void answer(message as PlannerRequest));
  process.once('disconnect', () => process.exit());
  // The parent alone decides when this ends; Ctrl-C reaches the whole terminal.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
}

function tell(reply: PlannerReply): void {
  process.send?.(reply);
}
