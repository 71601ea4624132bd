// The bound holds in every small world under the rules as designed, and in none of their mutants.

import { describe, expect, test } from 'vitest';
import { type Configuration, configurations } from './configuration.ts';
import { equals, mutants } from './mutants.ts';
import { type Question, sightings, wrongAnswer } from './question.ts';
import { designRules, type Rules } from './rules.ts';
import { type Outcome, search } from './search.ts';

/** Milliseconds; the slowest search takes about 3 s on an idle core. */
const DEADLINE_MS = 120_000;

/** Steps: a longer trace is hardly due to what its mutant breaks. */
const LONGEST_TRACE = 20;

describe('with the rules as designed', () => {
  test.each(Object.values<Configuration>(configurations))(
    'nothing older than S is served: $name',
    (configuration) => {
      const { trace } = run(wrongAnswer, configuration, designRules, configuration.name);
      expect(trace?.join('\n')).toBeUndefined();
    },
    DEADLINE_MS,
  );

  test.each([0, 1, 2])(
    'nothing older than S is served when S is %d ticks',
    (boundTicks) => {
      const { trace } = run(wrongAnswer, { ...configurations.race, boundTicks }, designRules, `S = ${boundTicks}`);
      expect(trace?.join('\n')).toBeUndefined();
    },
    DEADLINE_MS,
  );

  test.each(sightings)(
    '$name',
    ({ question, world, name }) => {
      const { trace } = run(question, configurations[world], designRules, name);
      expect(trace?.at(-1)).toMatch(/^SEEN/);
    },
    DEADLINE_MS,
  );
});

describe('with one rule changed to its equal', () => {
  test.each(equals)(
    'nothing older than S is served: $name',
    ({ name, world, change }) => {
      const { trace } = run(wrongAnswer, configurations[world], { ...designRules, ...change }, name);
      expect(trace?.join('\n')).toBeUndefined();
    },
    DEADLINE_MS,
  );
});

describe('with one rule broken', () => {
  test.each(mutants)(
    'something older than S is served: $name',
    ({ name, world, change, shows }) => {
      const { trace } = run(wrongAnswer, configurations[world], { ...designRules, ...change }, name);
      expect(trace?.join('\n')).toMatch(shows);
      expect(trace?.length).toBeLessThanOrEqual(LONGEST_TRACE);
    },
    DEADLINE_MS,
  );
});

function run(question: Question, configuration: Configuration, rules: Rules, name: string): Outcome {
  const outcome = search(question, configuration, rules, () => performance.now());
  const { statesCount, tookMs, trace } = outcome;
  const found = trace === undefined ? 'searched whole' : `found in ${trace.length - 1} steps`;
  console.info(`${name}: ${statesCount} states, ${Math.round(tookMs)} ms, ${found}`);
  return outcome;
}
