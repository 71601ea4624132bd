// Breadth-first search of everything that can happen in a small world, for the shortest way to what a question asks for.

import type { Configuration } from './configuration.ts';
import { initialState } from './initial.ts';
import { stateKey } from './key.ts';
import { movesFrom } from './moves.ts';
import type { Question } from './question.ts';
import type { Rules } from './rules.ts';
import type { State } from './state.ts';
import type { World } from './world.ts';

export interface Outcome {
  readonly statesCount: number;
  readonly tookMs: number;
  /** The shortest way to it, a step a line, then what was found; undefined: all was searched and it is nowhere. */
  readonly trace: readonly string[] | undefined;
}

/** Searches the whole of a configuration, or as far as the first finding. @param now milliseconds, monotonic */
export function search(question: Question, configuration: Configuration, rules: Rules, now: () => number): Outcome {
  const world: World = { configuration, rules };
  const startedAt = now();
  const first = initialState(configuration);
  const seen = new Set([stateKey(first, world)]);
  const ways: Way[] = [{ state: first, from: -1, move: -1 }];
  const outcome = (trace?: readonly string[]): Outcome => ({
    statesCount: seen.size,
    tookMs: now() - startedAt,
    trace,
  });
  for (let at = 0; at < ways.length; at += 1) {
    const way = ways[at]!;
    if (way.state === undefined || question.isVain(way.state)) continue;
    for (const [move, { state, wrong }] of movesFrom(way.state, world).entries()) {
      const key = stateKey(state, world);
      if (seen.has(key) && wrong === undefined) continue;
      seen.add(key);
      ways.push({ state, from: at, move });
      const found = wrong ?? question.find(state, world);
      if (found !== undefined) return outcome([...stepsTo(ways, ways.length - 1, world), found]);
    }
    ways[at] = { ...way, state: undefined };
  }
  return outcome();
}

/** A state that was seen, and by which move out of which other. Once its moves were tried the state itself is let go. */
interface Way {
  readonly state: State | undefined;
  readonly from: number;
  readonly move: number;
}

function stepsTo(ways: readonly Way[], last: number, world: World): readonly string[] {
  const moves: number[] = [];
  for (let at = last; ways[at]!.from >= 0; at = ways[at]!.from) moves.unshift(ways[at]!.move);
  let state = initialState(world.configuration);
  return moves.map((move, index) => {
    const taken = movesFrom(state, world)[move]!;
    state = taken.state;
    return `${String(index + 1).padStart(2)}. ${taken.says()}`;
  });
}
