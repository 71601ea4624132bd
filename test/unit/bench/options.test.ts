// What `npm run bench` understands.
import { expect, it } from 'vitest';
import { readOptions } from '../../bench/options.ts';

it('measures everything by default', () => {
  expect(readOptions([])).toEqual({ only: null, workloads: null, seconds: 1, rounds: 4, mode: 'compare' });
});

it('takes lists, lengths and modes', () => {
  const args = ['--only', 'node, apollo', '--workload', 'page-1', '--seconds', '1', '--rounds', '1', '--profile'];
  expect(readOptions(args)).toEqual({
    only: ['node', 'apollo'],
    workloads: ['page-1'],
    seconds: 1,
    rounds: 1,
    mode: 'profile',
  });
  expect(readOptions(['--soak', '10'])?.mode).toEqual({ soakMinutes: 10 });
  expect(readOptions(['--help'])).toBeNull();
});

it.each([
  [['--second', '1'], '--help'],
  [['--seconds', 'long'], 'expected a number above 0 for --seconds, got long'],
  [['--rounds', '1.5'], 'expected a whole number for --rounds, got 1.5'],
])('refuses %j with words that help', (args, words) => {
  expect(() => readOptions(args)).toThrow(words);
});
