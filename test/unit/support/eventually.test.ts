// Holds eventually() and within() to their deadlines.
import { describe, expect, it } from 'vitest';
import { eventually, within } from '../../support/eventually.ts';

describe('eventually', () => {
  it('resolves with the first value that is neither false, null nor undefined', async () => {
    const values = [undefined, null, false, 0];
    await expect(eventually(() => values.shift(), { everyMs: 1 })).resolves.toBe(0);
  });

  it('takes an error of an attempt for "not yet"', async () => {
    let tries = 0;
    const attempt = (): string => {
      tries += 1;
      if (tries < 3) throw new Error('early');
      return 'there';
    };
    await expect(eventually(attempt, { everyMs: 1 })).resolves.toBe('there');
  });

  it('fails past its deadline, naming what was waited for and what came last', async () => {
    const attempt = (): never => {
      throw new Error('the reason');
    };
    const failure = await eventually(attempt, { timeoutMs: 30, everyMs: 5, what: 'the moon' }).catch((error) => error);
    expect(failure.message).toContain('Expected the moon within 30 ms');
    expect(failure.cause.message).toBe('the reason');
  });
});

describe('within', () => {
  it('passes the value on when it comes in time', async () => {
    await expect(within(10_000, 'a value', Promise.resolve(7))).resolves.toBe(7);
  });

  it('rejects past its deadline by the name of what was expected', async () => {
    await expect(within(10, 'a letter', new Promise(() => undefined))).rejects.toThrow(
      'Expected a letter within 10 ms',
    );
  });
});
