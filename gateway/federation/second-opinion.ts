// A planner that asks another one where the first finds no plan.

import { GatewayError } from '../errors.ts';
import type { Planner } from './plan.ts';

/** Finding the second's plans too is a way to see a defect of the first: each operation is told once, to `onFallback`. */
export function withSecondOpinion(
  first: Planner,
  second: Planner,
  onFallback: (document: string, reason: string) => void,
): Planner {
  return {
    name: first.name,
    async plan(document) {
      try {
        return await first.plan(document);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const plan = await second.plan(document).catch(() => null);
        // What neither can plan is told in the words of the first.
        if (plan === null) throw error;
        onFallback(document, error.message);
        return plan;
      }
    },
  };
}
