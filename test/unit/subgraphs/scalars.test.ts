// Custom scalars: exact out, strict in.
import { parseValue } from 'graphql';
import { expect, it } from 'vitest';
import { fromCents, toCents } from '../../../subgraphs/catalog/money.ts';
import { date, dateTime, money } from '../../../subgraphs/kit/scalars.ts';

it.each([
  ['19.90', '19.90'],
  ['19.9', '19.90'],
  [19.9, '19.90'],
  [5, '5.00'],
  ['0', '0.00'],
  ['-3.05', '-3.05'],
  ['12.5000', '12.50'],
])('the amount %o is read as %s', (given, read) => {
  expect(money.parseValue(given)).toBe(read);
});

it.each(['19.999', '1,5', '', 'abc', ' 1', '1e3', '1234567890123', true, null, {}, 0.1 + 0.2])(
  '%o is no amount',
  (given) => {
    expect(() => money.parseValue(given)).toThrow(/^Money: expected an amount with at most two decimals/);
  },
);

it('an amount of the database is written as it is, with two decimals', () => {
  expect([money.serialize('1234.50'), money.serialize('3')]).toEqual(['1234.50', '3.00']);
});

it('literals are read like variables, and others refused', () => {
  expect([money.parseLiteral(parseValue('1.5'), {}), money.parseLiteral(parseValue('"1.5"'), {})]).toEqual([
    '1.50',
    '1.50',
  ]);
  expect(() => money.parseLiteral(parseValue('[1]'), {})).toThrow('expected a text or a number, got ListValue');
});

it('a moment goes out in UTC with milliseconds and comes in with any offset', () => {
  expect(dateTime.serialize(new Date('2026-03-01T12:00:00+02:00'))).toBe('2026-03-01T10:00:00.000Z');
  expect(dateTime.parseValue('2026-03-01T12:00:00+02:00')).toEqual(new Date('2026-03-01T10:00:00Z'));
  expect(() => dateTime.parseValue('yesterday')).toThrow(/^DateTime: expected a moment/);
  expect(() => dateTime.parseValue(5)).toThrow(/^DateTime/);
});

it('a day is a day that there is, spelled in full', () => {
  expect(date.serialize('2026-02-28')).toBe('2026-02-28');
  for (const wrong of ['2026-2-28', '2026-13-01', '28.02.2026', 20260228])
    expect(() => date.parseValue(wrong)).toThrow(/^Date: /);
});

it.each(['0.01', '0.10', '1.00', '19.99', '4503599627.37', '-0.05'])('%s is the same in cents and back', (amount) => {
  expect(fromCents(toCents(amount))).toBe(amount);
});
