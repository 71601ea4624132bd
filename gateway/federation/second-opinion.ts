// A planner that asks another one where the first finds no plan, or one with a defect.

import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import type { Plan, Planner } from './plan.ts';
import type { PlanDefect } from './plan-defect.ts';

/** Documents that the first is not asked for again: one may have ended its process. */
const REMEMBERED_COUNT = 1_000;

type Opinion =
  | { readonly kind: 'refused'; readonly error: GatewayError }
  | { readonly kind: 'planned'; readonly plan: Plan; readonly defect: PlanDefect | null };

/**
 * A plan without a defect is taken before one that leaves values out, which is taken before none. A plan that is wrong is not.
 * @param onFallback that the second finds a better plan is a way to see a defect of the first
 */
export function withSecondOpinion(
  first: Planner,
  second: Planner,
  onFallback: (document: string, reason: string) => void,
  defectOf: (plan: Plan, document: string) => PlanDefect | null,
): Planner {
  const refused = new LRUCache<string, GatewayError>({ max: REMEMBERED_COUNT });
  const ask = async (planner: Planner, document: string): Promise<Opinion> => {
    try {
      const plan = await planner.plan(document);
      return { kind: 'planned', plan, defect: defectOf(plan, document) };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { kind: 'refused', error };
    }
  };
  const firstOpinion = async (document: string): Promise<Opinion> => {
    const known = refused.get(document);
    if (known !== undefined) return { kind: 'refused', error: known };
    const opinion = await ask(first, document);
    if (opinion.kind === 'refused') refused.set(document, opinion.error);
    return opinion;
  };
  return {
    async plan(document) {
      const isKnown = refused.has(document);
      const one = await firstOpinion(document);
      if (one.kind === 'planned' && one.defect === null) return one.plan;
      const other = await ask(second, document);
      if (other.kind === 'planned' && rankOf(other) > rankOf(one)) {
        if (!isKnown) onFallback(document, reasonOf(one));
        return takenOf(other);
      }
      if (one.kind === 'planned' && one.defect?.severity === 'partial') return takenOf(one);
      throw refusalOf(one);
    },
  };
}

const takenOf = ({ plan, defect }: Extract<Opinion, { kind: 'planned' }>): Plan =>
  defect === null ? plan : { ...plan, unfetched: defect.unfetched };

/** A plan that is wrong counts as none. */
function rankOf(opinion: Opinion): 0 | 1 | 2 {
  if (opinion.kind === 'refused' || opinion.defect?.severity === 'wrong') return 0;
  return opinion.defect === null ? 2 : 1;
}

const reasonOf = (opinion: Opinion): string =>
  opinion.kind === 'refused' ? opinion.error.message : (opinion.defect?.reason ?? '');

/** What neither can plan is told in the words of the first. */
function refusalOf(opinion: Opinion): GatewayError {
  if (opinion.kind === 'refused') return opinion.error;
  return new GatewayError(
    'PLAN_FAILED',
    `expected a plan for the operation, the planner gave none: ${reasonOf(opinion)}`,
  );
}
