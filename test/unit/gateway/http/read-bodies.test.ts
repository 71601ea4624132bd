// Bodies that were read before: what is remembered of them, and for whom.

import { describe, expect, it } from 'vitest';
import type { KnownOperation } from '../../../../gateway/execution/executor.ts';
import { coercedBy, createReadBodies, type ReadBody } from '../../../../gateway/http/read-bodies.ts';

const bodyOf = (variables: Record<string, unknown>): ReadBody => ({
  request: { text: '{ a }', hash: null, operationName: null, variables },
  coerced: null,
});

function operationThat(doubles: boolean): KnownOperation & { readonly seen: unknown[] } {
  const seen: unknown[] = [];
  return {
    seen,
    id: String(doubles),
    kind: 'query',
    slowRoadOnly: false,
    coerce(variables) {
      seen.push(variables);
      return { variables: { n: Number(variables.n) * (doubles ? 2 : 1) } };
    },
  };
}

describe('a body that was read before', () => {
  it('is found by its whole text alone', () => {
    const bodies = createReadBodies();
    const body = bodyOf({ n: 1 });
    bodies.keep('{"query":"{ a }"}', body);
    expect(bodies.find('{"query":"{ a }"}')).toBe(body);
    expect(bodies.find('{"query":"{ a }"} ')).toBeNull();
  });

  it('is not kept when it is long, and the first ones go when they are many', () => {
    const bodies = createReadBodies();
    bodies.keep('x'.repeat(17_000), bodyOf({}));
    expect(bodies.find('x'.repeat(17_000))).toBeNull();
    for (let n = 0; n < 300; n += 1) bodies.keep(`${n} ${'x'.repeat(10_000)}`, bodyOf({}));
    expect(bodies.find(`0 ${'x'.repeat(10_000)}`)).toBeNull();
    expect(bodies.find(`299 ${'x'.repeat(10_000)}`)).not.toBeNull();
  });

  it('has its variables coerced once by each operation, a reloaded one too', () => {
    const [before, after] = [operationThat(false), operationThat(true)];
    const body = bodyOf({ n: 3 });
    expect(coercedBy(before, body)).toEqual({ variables: { n: 3 } });
    expect(coercedBy(before, body)).toEqual({ variables: { n: 3 } });
    expect(before.seen).toHaveLength(1);
    expect(coercedBy(after, body)).toEqual({ variables: { n: 6 } });
    expect(coercedBy(after, body)).toEqual({ variables: { n: 6 } });
    expect(after.seen).toHaveLength(1);
  });

  it('has variables that do not fit coerced each time: what is said of them takes more than they do', () => {
    const seen: unknown[] = [];
    const operation: KnownOperation = {
      ...operationThat(false),
      coerce(variables) {
        seen.push(variables);
        return { errors: [{ message: 'no' }] };
      },
    };
    const body = bodyOf({ n: 3 });
    expect(coercedBy(operation, body)).toEqual({ errors: [{ message: 'no' }] });
    expect(coercedBy(operation, body)).toEqual({ errors: [{ message: 'no' }] });
    expect(seen).toHaveLength(2);
    expect(body.coerced).toBeNull();
  });

  it('keeps no defaults of a persisted query, which did not come with it', () => {
    const operation: KnownOperation = { ...operationThat(false), coerce: () => ({ variables: { n: 1, more: [2] } }) };
    const { request } = bodyOf({ n: 1 });
    const byHash: ReadBody = { request: { ...request, text: null, hash: 'h' }, coerced: null };
    const byText: ReadBody = { request, coerced: null };
    expect([byHash, byText].map((body) => coercedBy(operation, body))).toEqual([
      { variables: { n: 1, more: [2] } },
      { variables: { n: 1, more: [2] } },
    ]);
    expect(byHash.coerced).toBeNull();
    expect(byText.coerced).not.toBeNull();
  });

  it('keeps no operation: those of a persisted query are a thousand times as large as its body', () => {
    const operation = operationThat(false);
    const body = bodyOf({ n: 3 });
    coercedBy(operation, body);
    expect(Object.values(body.coerced ?? {})).not.toContain(operation);
  });
});
