// Arbitrary values, slices and records for property tests.
import fc from 'fast-check';
import type { Slice } from '../../../../gateway/cache/record.ts';
import type { Value } from '../../../../gateway/cache/value.ts';

/** What `JSON.stringify(JSON.parse(x))` gives, but never `null`; custom scalars may be objects and arrays. */
const leaf: fc.Arbitrary<string> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean()),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
  .map((value) => JSON.stringify(JSON.parse(JSON.stringify(value) ?? '0') ?? 0));

const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1', '0', 'name', 'f({"a":[1,"x"]})'));
const typename = fc.option(fc.string());

export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value; fields: ReadonlyMap<string, Value> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('entity' as const), typename: fc.string(), keyText: fc.string() }),
    },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('object' as const), typename, fields: tie('fields') }) },
  ),
  fields: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
})).value;

export const fields: fc.Arbitrary<ReadonlyMap<string, Value>> = fc
  .array(fc.tuple(name, value), { maxLength: 6 })
  .map((entries) => new Map(entries));

const time = fc
  .oneof(fc.integer({ min: 0, max: 4e12 }), fc.double({ min: 0, max: 4e12, noNaN: true }))
  .map(withoutMinusZero);

export const anySlice: fc.Arbitrary<Slice> = fc.record({
  stamp: fc.record({ logId: fc.string(), position: fc.integer({ min: -1, max: 2 ** 40 }) }),
  tags: fc.array(fc.string(), { maxLength: 4 }),
  storedAt: time,
  expiresAt: time,
  typename,
  fields: fc.option(fields),
});

/** JSON has no −0. */
function withoutMinusZero(number: number): number {
  return number === 0 ? 0 : number;
}
