// How long an answer may be kept, out of its headers: the table of the conventions, row by row.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LifetimeRules, readLifetime } from '../../../../gateway/origin/cache-control.ts';

const BOUNDED: LifetimeRules = { isBounded: true, keyedHeaders: new Set(['authorization']) };
const UNBOUNDED: LifetimeRules = { ...BOUNDED, isBounded: false };

function read(headers: Readonly<Record<string, string>>, rules = BOUNDED) {
  return readLifetime({ get: (name) => headers[name] ?? null }, rules);
}
const readControl = (value: string, rules = BOUNDED) => read({ 'cache-control': value }, rules);
const kept = (ttlMs: number | null, scope: 'public' | 'private' = 'public') => ({ kind: 'store', ttlMs, scope });
const NO_STORE = { kind: 'no-store' };

describe('the lifetime of an answer', () => {
  it.each([
    ['max-age=60', kept(60_000)],
    ['max-age=60, public', kept(60_000)],
    ['s-maxage=30, max-age=60', kept(30_000)],
    ['max-age=60, s-maxage=30', kept(30_000)],
    ['MAX-AGE=60', kept(60_000)],
    ['max-age="60"', kept(60_000)],
    ['max-age=60, private', kept(60_000, 'private')],
    ['private, max-age=60', kept(60_000, 'private')],
    ['private="x-user, max-age=5", max-age=60', kept(60_000, 'private')],
    ['public', kept(null)],
    ['private', kept(null, 'private')],
    ['must-revalidate, stale-while-revalidate=5, immutable, max-age=60', kept(60_000)],
    ['x-max-age=5', kept(null)],
    ['', kept(null)],
  ])('is what Cache-Control says: %s', (value, expected) => {
    expect(readControl(value)).toEqual(expected);
  });

  it.each([
    'no-store',
    'no-cache',
    'max-age=60, no-store',
    'no-cache="set-cookie", max-age=60',
    'No-Store',
    'max-age=0',
    's-maxage=0, max-age=60',
  ])('is none: %s', (value) => {
    expect(readControl(value)).toEqual(NO_STORE);
  });

  it.each([
    'max-age',
    'max-age=',
    'max-age=-1',
    'max-age=1.5',
    'max-age=1e3',
    'max-age=soon',
    's-maxage=x, max-age=60',
    'max-age=0x10',
  ])('is none when a duration is no number of seconds: %s', (value) => {
    expect(readControl(value)).toEqual(NO_STORE);
  });

  it('is left to the configuration when nothing is said', () => {
    expect(read({})).toEqual(kept(null));
  });

  it('is shorter by the age that the answer has already, and such an answer is never kept as bounded', () => {
    const aged = (age: string, rules: LifetimeRules) => read({ 'cache-control': 'max-age=60', age }, rules);
    expect(aged('20', UNBOUNDED)).toEqual(kept(40_000));
    expect(aged('60', UNBOUNDED)).toEqual(NO_STORE);
    expect(aged('0', BOUNDED)).toEqual(kept(60_000));
    expect(aged('1', BOUNDED)).toEqual(NO_STORE);
    for (const broken of ['-1', 'old', '1, 2', '1.5']) expect(aged(broken, UNBOUNDED)).toEqual(NO_STORE);
  });

  it('is none for an answer that sets a cookie, and for one that varies by a header that is not part of the key', () => {
    const withHeader = (name: string, value: string) => read({ 'cache-control': 'max-age=60', [name]: value });
    expect(withHeader('set-cookie', 'session=1')).toEqual(NO_STORE);
    expect(withHeader('vary', '*')).toEqual(NO_STORE);
    expect(withHeader('vary', 'X-Tenant')).toEqual(NO_STORE);
    expect(withHeader('vary', 'Authorization, X-Tenant')).toEqual(NO_STORE);
    expect(withHeader('vary', 'Authorization')).toEqual(kept(60_000));
    // The same for all requests of a gateway.
    expect(withHeader('vary', 'Origin, Accept-Encoding')).toEqual(kept(60_000));
    expect(withHeader('vary', '')).toEqual(kept(60_000));
  });

  it('is never longer than any duration that is named, whatever the header holds', () => {
    const directive = fc.oneof(
      fc.tuple(fc.constantFrom('max-age', 's-maxage'), fc.nat(1_000)).map(([name, seconds]) => `${name}=${seconds}`),
      fc.constantFrom('public', 'private', 'no-store', 'x="a, b"', 'max-age', 'foo=bar', '=', '"'),
    );
    fc.assert(
      fc.property(fc.array(directive, { maxLength: 5 }), (directives) => {
        const header = directives.join(', ');
        const lifetime = readControl(header);
        if (directives.includes('no-store')) expect(lifetime).toEqual(NO_STORE);
        if (lifetime.kind === 'no-store' || lifetime.ttlMs === null) return;
        expect(lifetime.ttlMs).toBeGreaterThan(0);
        const named = directives.flatMap((one) => /^(?:s-maxage|max-age)=(\d+)$/.exec(one)?.[1] ?? []).map(Number);
        expect(lifetime.ttlMs).toBeLessThanOrEqual(Math.max(...named) * 1_000);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read without a failure from any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, vary) => void read({ 'cache-control': value, vary }, UNBOUNDED)),
    );
  });
});
