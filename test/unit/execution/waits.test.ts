// Waits for requests that wait: so many in all, and no one holder has them all.
import { describe, expect, it } from 'vitest';
import { withStatus } from '../../../gateway/execution/overloaded.ts';
import { createWaits } from '../../../gateway/execution/waits.ts';

describe('places', () => {
  it('are refused to one holder that has half of them, and to everyone when all are taken', () => {
    const waits = createWaits(4);
    const take = (...holders: string[]) => holders.map((holder) => waits.take(holder));
    expect(take('slow', 'slow', 'slow')).toEqual(['taken', 'taken', 'none for this']);
    expect(take('quick', 'third', 'quick')).toEqual(['taken', 'taken', 'none']);
    waits.leave('slow');
    expect(take('slow', 'slow')).toEqual(['taken', 'none']);
  });

  it('that were left can be taken again, as often as one likes', () => {
    const waits = createWaits(2);
    for (let round = 0; round < 10; round += 1) {
      expect(waits.take('a')).toBe('taken');
      waits.leave('a');
    }
    expect([waits.take('a'), waits.take('b'), waits.take('c')]).toEqual(['taken', 'taken', 'none']);
  });
});

describe('the status of an overload', () => {
  const errors = [
    { message: 'm', path: ['a'], extensions: { code: 'ORIGIN_OVERLOADED', serviceName: 's' } },
    { message: 'n', path: ['b'], extensions: { code: 'OTHER' } },
  ];

  it.each(['null', '{"a":null}', '{"a":null,"b_2":null}'])('is told where nothing came: %s', (text) => {
    const [first, second] = withStatus(errors, text);
    expect(first?.extensions).toEqual({ code: 'ORIGIN_OVERLOADED', serviceName: 's', http: { status: 503 } });
    expect(second).toBe(errors[1]);
  });

  it.each(['{"a":{"id":null}}', '{"a":null,"b":[]}', '{"a":null,"b":"null"}', '{"a":0}'])(
    'is not told where something came: %s',
    (text) => {
      expect(withStatus(errors, text)).toBe(errors);
    },
  );

  it('is not told where nothing came for another reason', () => {
    const others = errors.slice(1);
    expect(withStatus(others, 'null')).toBe(others);
  });
});
