// A planner that asks another one where the first finds no plan, or one with a defect.

import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import type { Plan, Planner } from './plan.ts';
import type { PlanDefect } from './plan-defect.ts';

export interface SecondOpinionOptions {
  /** Null: nothing is seen. */
  readonly defectOf: (plan: Plan, document: string) => PlanDefect | null;
  /** The second had a better plan: a way to see a defect of the first. */
  readonly onFallback: (document: string, reason: string) => void;
  /** None had a plan that may be used: told once, for as long as it is remembered. */
  readonly onRefusal: (document: string, reason: string) => void;
  readonly monotonicMs: () => number;
}

/** Documents that the first is not asked for again: one may have ended its process. */
const REMEMBERED_COUNT = 1_000;
/** Characters of what is remembered, of either kind. */
const REMEMBERED_LENGTH = 4 * 1024 * 1024;
/** Neither is asked again within it: each time costs both of them, up to their timeouts. After it, what ended a planner may be over. */
const REFUSED_FOR_MS = 600_000;

type Opinion =
  | { readonly kind: 'refused'; readonly error: GatewayError }
  | { readonly kind: 'planned'; readonly plan: Plan; readonly defect: PlanDefect | null };

interface Refusal {
  readonly error: GatewayError;
  readonly untilMs: number;
}

/** A plan without a defect is taken before one that leaves values out, which is taken before none. A plan that is wrong is not. */
export function withSecondOpinion(first: Planner, second: Planner, options: SecondOpinionOptions): Planner {
  const { defectOf, onFallback, onRefusal, monotonicMs } = options;
  const refusedByFirst = remembering<GatewayError>();
  const refused = remembering<Refusal>();
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
    const known = refusedByFirst.get(document);
    if (known !== undefined) return { kind: 'refused', error: known };
    const opinion = await ask(first, document);
    if (opinion.kind === 'refused') refusedByFirst.set(document, opinion.error);
    return opinion;
  };
  const refuse = (document: string, error: GatewayError): GatewayError => {
    refused.set(document, { error, untilMs: monotonicMs() + REFUSED_FOR_MS });
    onRefusal(document, error.message);
    return error;
  };
  return {
    async plan(document) {
      const refusal = refused.get(document);
      if (refusal !== undefined && monotonicMs() < refusal.untilMs) throw refusal.error;
      const isKnown = refusedByFirst.has(document);
      const one = await firstOpinion(document);
      if (one.kind === 'planned' && one.defect === null) return one.plan;
      const other = await ask(second, document);
      if (other.kind === 'planned' && rankOf(other) > rankOf(one)) {
        if (!isKnown) onFallback(document, reasonOf(one));
        return takenOf(other);
      }
      if (one.kind === 'planned' && one.defect?.severity === 'partial') return takenOf(one);
      throw refuse(document, refusalOf(one));
    },
  };
}

const remembering = <Value extends object>(): LRUCache<string, Value> =>
  new LRUCache({
    max: REMEMBERED_COUNT,
    maxSize: REMEMBERED_LENGTH,
    sizeCalculation: (_value, document) => Math.max(1, document.length),
  });

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
