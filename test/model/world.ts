// What every part of the model is given, and what a step is: what happened, in words, and how things are then.

import type { Configuration } from './configuration.ts';
import type { Rules } from './rules.ts';
import type { Budget, State } from './state.ts';

export interface World {
  readonly configuration: Configuration;
  readonly rules: Rules;
}

export interface Move {
  /** Called only for the steps of a trace. */
  readonly says: () => string;
  readonly state: State;
  /** What was wrongly served in this very step. */
  readonly wrong?: string | undefined;
}

export type Fault = Exclude<keyof Budget, 'commits' | 'polls' | 'fetches' | 'derivations' | 'faults'>;

export function mayFail({ left }: State, fault: Fault): boolean {
  return left[fault] > 0 && left.faults > 0;
}

export function fail(state: State, fault: Fault): State {
  return spend(spend(state, 'faults'), fault);
}

export function spend(state: State, what: keyof Budget): State {
  return { ...state, left: { ...state.left, [what]: state.left[what] - 1 } };
}

export function replaceAt<T>(list: readonly T[], index: number, value: T): readonly T[] {
  return list.map((old, at) => (at === index ? value : old));
}

export function without<T>(list: readonly T[], index: number): readonly T[] {
  return list.filter((_, at) => at !== index);
}
