// Supergraphs that a reload took out of force plan for requests that were validated before it, and are closed in the end.
import { expect, it } from 'vitest';
import { createRetired } from '../../../../gateway/assembly/retired.ts';
import { createHandTimers } from '../../purge/timers-by-hand.ts';

function retire(count: number) {
  const timers = createHandTimers();
  const retired = createRetired(timers.timer);
  const closed: number[] = [];
  for (let number = 0; number < count; number += 1) retired.add({ close: () => void closed.push(number) });
  return { timers, retired, closed };
}

it('a supergraph is still open while requests of before may have to be planned', () => {
  const { timers, closed } = retire(2);
  expect(closed).toEqual([]);
  expect(Math.min(...timers.delaysMs())).toBeGreaterThan(10_000);
  timers.goOff();
  expect(closed).toEqual([0]);
});

it('a stop closes those that are left, each once, and leaves no timer', () => {
  const { timers, retired, closed } = retire(3);
  timers.goOff();
  retired.close();
  expect(closed).toEqual([0, 1, 2]);
  expect(timers.delaysMs()).toEqual([]);
});
