// The subject of a token that the gateway forwards.
import { expect, it } from 'vitest';
import { subjectOf } from '../../../subgraphs/kit/subject.ts';

const token = (payload: string): string => `Bearer e30.${Buffer.from(payload).toString('base64url')}.c2ln`;

it('is the sub claim', () => {
  expect(subjectOf(token('{"sub":"42"}'))).toBe('42');
  expect(subjectOf(token('{"sub":"42"}').replace('Bearer', 'bearer'))).toBe('42');
});

it.each([
  undefined,
  '',
  'Bearer',
  'Basic dTpw',
  'Bearer a.b',
  token('{"sub":42}'),
  token('{}'),
  token('null'),
  token('no json'),
])('is nobody with %o', (header) => {
  expect(subjectOf(header)).toBeNull();
});
