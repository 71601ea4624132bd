// Of two planners' plans the one without a defect is taken; a wrong one never is.

import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import type { Plan, Planner } from '../../../gateway/federation/plan.ts';
import type { PlanDefect } from '../../../gateway/federation/plan-defect.ts';
import { type SecondOpinionOptions, withSecondOpinion } from '../../../gateway/federation/second-opinion.ts';
import { rootFetch } from './root-fetch.ts';

type Quality = 'good' | 'partial' | 'wrong' | 'none';

const planOf = (who: string, quality: Quality): Plan => ({ node: rootFetch('a', `${who} ${quality}`) });
const planner = (who: string, quality: Quality): Planner => ({
  plan: async () => {
    if (quality === 'none') throw new GatewayError('PLAN_FAILED', `${who} refuses`);
    return planOf(who, quality);
  },
});
const UNFETCHED = [{ names: ['x'], typename: 'X', field: 'y', planName: 'y' }];
const qualityOf = ({ node }: Plan): string => (node?.kind === 'root' ? node.document.split(' ')[1] : undefined) ?? '';
const defectOf = (plan: Plan): PlanDefect | null => {
  const severity = qualityOf(plan);
  return severity === 'partial' || severity === 'wrong' ? { severity, reason: severity, unfetched: UNFETCHED } : null;
};

const opinionsOf = (first: Planner, second: Planner, options: Partial<SecondOpinionOptions> = {}): Planner =>
  withSecondOpinion(first, second, {
    defectOf,
    onFallback: () => undefined,
    onRefusal: () => undefined,
    monotonicMs: () => 0,
    ...options,
  });

describe('of two planners', () => {
  it.each<[Quality, Quality, 'first' | 'second', readonly string[]]>([
    ['good', 'none', 'first', []],
    ['good', 'good', 'first', []],
    ['partial', 'good', 'second', ['partial']],
    ['partial', 'partial', 'first', []],
    ['partial', 'wrong', 'first', []],
    ['partial', 'none', 'first', []],
    ['wrong', 'good', 'second', ['wrong']],
    ['wrong', 'partial', 'second', ['wrong']],
    ['none', 'good', 'second', ['first refuses']],
    ['none', 'partial', 'second', ['first refuses']],
  ])('whose plans are %s and %s, the plan of the %s is taken', async (first, second, taken, told) => {
    const reasons: string[] = [];
    const both = opinionsOf(planner('first', first), planner('second', second), {
      onFallback: (_, reason) => void reasons.push(reason),
    });
    const quality = taken === 'first' ? first : second;
    const plan = planOf(taken, quality);
    expect(await both.plan('{ x }')).toEqual(quality === 'partial' ? { ...plan, unfetched: UNFETCHED } : plan);
    expect(reasons).toEqual(told);
  });

  it.each<[Quality, Quality, string]>([
    ['none', 'none', 'first refuses'],
    ['none', 'wrong', 'first refuses'],
    ['wrong', 'none', 'expected a plan for the operation, the planner gave none: wrong'],
    ['wrong', 'wrong', 'expected a plan for the operation, the planner gave none: wrong'],
  ])('whose plans are %s and %s none is taken', async (first, second, message) => {
    const both = opinionsOf(planner('first', first), planner('second', second));
    await expect(both.plan('{ x }')).rejects.toMatchObject({ code: 'PLAN_FAILED', message });
  });
});

describe('an operation that no planner can plan', () => {
  const counted = (inner: Planner): { readonly planner: Planner; askedCount(): number } => {
    let asked = 0;
    const plan = (document: string): Promise<Plan> => {
      asked += 1;
      return inner.plan(document);
    };
    return { planner: { plan }, askedCount: () => asked };
  };

  it.each<[Quality, Quality]>([
    ['none', 'none'],
    ['wrong', 'none'],
    ['none', 'wrong'],
  ])('is planned and told once, where the plans are %s and %s, until it may be over', async (one, other) => {
    const first = counted(planner('first', one));
    const second = counted(planner('second', other));
    const told: string[] = [];
    let nowMs = 0;
    const both = opinionsOf(first.planner, second.planner, {
      onRefusal: (document) => void told.push(document),
      monotonicMs: () => nowMs,
    });
    for (const atMs of [0, 1, 599_999]) {
      nowMs = atMs;
      await expect(both.plan('{ x }')).rejects.toMatchObject({ code: 'PLAN_FAILED' });
    }
    expect([first.askedCount(), second.askedCount(), told]).toEqual([1, 1, ['{ x }']]);
    nowMs = 600_000;
    await expect(both.plan('{ x }')).rejects.toMatchObject({ code: 'PLAN_FAILED' });
    expect([second.askedCount(), told]).toEqual([2, ['{ x }', '{ x }']]);
  });

  it('holds up no other', async () => {
    const both = opinionsOf(planner('first', 'none'), {
      plan: async (document) => {
        if (document === '{ x }') throw new GatewayError('PLAN_FAILED', 'no');
        return planOf('second', 'good');
      },
    });
    await expect(both.plan('{ x }')).rejects.toThrow('first refuses');
    expect(await both.plan('{ y }')).toEqual(planOf('second', 'good'));
  });
});
