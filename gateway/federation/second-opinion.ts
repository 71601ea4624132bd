// A planner that asks another one where the first finds no plan.

import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import type { Plan, Planner } from './plan.ts';

/** Documents that the first is not asked for again: one may have ended its process. */
const REMEMBERED_COUNT = 1_000;

/**
 * That the second finds plans too is a way to see a defect of the first: it is told to `onFallback`.
 * @param defectOf why a plan must give a wrong answer, null when nothing is seen; a plan with one is taken when the other is no better
 */
export function withSecondOpinion(
  first: Planner,
  second: Planner,
  onFallback: (document: string, reason: string) => void,
  defectOf: (plan: Plan) => string | null,
): Planner {
  const refused = new LRUCache<string, GatewayError>({ max: REMEMBERED_COUNT });
  return {
    async plan(document) {
      const known = refused.get(document);
      if (known !== undefined) return secondPlan(second, document, known);
      try {
        const plan = await first.plan(document);
        const defect = defectOf(plan);
        if (defect === null) return plan;
        const other = await second.plan(document).catch(() => null);
        if (other === null || defectOf(other) !== null) return plan;
        onFallback(document, defect);
        return other;
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        refused.set(document, error);
        const plan = await secondPlan(second, document, error);
        onFallback(document, error.message);
        return plan;
      }
    },
  };
}

/** What neither can plan is told in the words of the first. */
async function secondPlan(second: Planner, document: string, refusal: GatewayError): ReturnType<Planner['plan']> {
  const plan = await second.plan(document).catch(() => null);
  if (plan === null) throw refusal;
  return plan;
}
