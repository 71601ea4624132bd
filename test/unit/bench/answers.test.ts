// An answer counts only when it is the same as ours.
import { expect, it } from 'vitest';
import { differenceOf } from '../../bench/measure/answers.ts';

it('takes answers as the same whatever the order of their keys', () => {
  expect(differenceOf('{"data":{"a":1,"b":[{"c":2,"d":null}]}}', '{"data":{"b":[{"d":null,"c":2}],"a":1}}')).toBeNull();
});

it.each([
  ['a leaf', '{"data":{"a":[{"b":1}]}}', '{"data":{"a":[{"b":2}]}}', 'answer.data.a.0.b: 1 is expected, got 2'],
  ['an item too many', '{"data":{"a":[1]}}', '{"data":{"a":[1,2]}}', 'answer.data.a.1: nothing is expected, got 2'],
  ['an error beside it', '{"data":{}}', '{"data":{},"errors":[]}', 'answer.errors: nothing is expected, got []'],
  ['a list for an object', '{"data":{"0":1}}', '{"data":[1]}', 'answer.data: {"0":1} is expected, got [1]'],
])('names %s that differs by its path', (_, expected, got, difference) => {
  expect(differenceOf(expected, got)).toBe(difference);
});
