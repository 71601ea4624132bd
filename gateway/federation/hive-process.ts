// The process in which Hive's planner works: one supergraph, one plan after the other, by messages of its parent.

import { wordsOf } from '../errors.ts';
import { createHivePlanner } from './hive-planner.ts';
import type { Planner } from './plan.ts';
import type { PlannerReply, PlannerRequest } from './planner-process.ts';

let planner: Planner | null = null;

process.on('message', (message) => void answer(message as PlannerRequest));
process.once('disconnect', () => process.exit());
// The parent alone decides when this ends; Ctrl-C reaches the whole terminal.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function answer(request: PlannerRequest): Promise<void> {
  if (request.kind === 'open') {
    try {
      planner = createHivePlanner(request.supergraphSdl);
      tell({ kind: 'opened' });
    } catch (error) {
      tell({ kind: 'refused', reason: wordsOf(error) });
    }
    return;
  }
  const { id, document } = request;
  try {
    if (planner === null) throw new Error('no supergraph was taken');
    tell({ kind: 'planned', id, plan: await planner.plan(document) });
  } catch (error) {
    tell({ kind: 'failed', id, reason: wordsOf(error) });
  }
}

function tell(reply: PlannerReply): void {
  process.send?.(reply);
}
