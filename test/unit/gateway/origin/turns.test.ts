// Turns at one subgraph: so many at a time, so many that wait, first come first served, and nobody for ever.
import { describe, expect, it } from 'vitest';
import { createTurns } from '../../../../gateway/origin/turns.ts';

const LIMITS = { runningCount: 2, waitingCount: 2, waitMs: 60_000 };

describe('a turn', () => {
  it('is given at once while few are under way, and then to whoever waits longest', async () => {
    const turns = createTurns(LIMITS);
    expect([turns.take(null), turns.take(null)]).toEqual(['go', 'go']);
    const order: string[] = [];
    const first = Promise.resolve(turns.take(null)).then((turn) => order.push(`first ${turn}`));
    const second = Promise.resolve(turns.take(null)).then((turn) => order.push(`second ${turn}`));
    expect(turns.take(null)).toBe('full');
    turns.end();
    await first;
    turns.end();
    await second;
    expect(order).toEqual(['first go', 'second go']);
  });

  it('that ends with nobody waiting is free again', () => {
    const turns = createTurns(LIMITS);
    for (let round = 0; round < 5; round += 1) {
      expect([turns.take(null), turns.take(null)]).toEqual(['go', 'go']);
      turns.end();
      turns.end();
    }
  });

  it('that does not come in time is given up, and goes to the next', async () => {
    const turns = createTurns({ ...LIMITS, runningCount: 1, waitMs: 1 });
    turns.take(null);
    expect(await turns.take(null)).toBe('late');
    const patient = createTurns({ ...LIMITS, runningCount: 1 });
    patient.take(null);
    const leaving = new AbortController();
    const abandoned = patient.take(leaving.signal);
    const next = patient.take(null);
    leaving.abort();
    expect(await abandoned).toBe('abandoned');
    patient.end();
    expect(await next).toBe('go');
    patient.end();
    expect(patient.take(null)).toBe('go');
  });

  it('is not for whoever has gone already', () => {
    expect(createTurns(LIMITS).take(AbortSignal.abort())).toBe('abandoned');
  });

  it('is waited for by nobody where nobody may wait', () => {
    const turns = createTurns({ ...LIMITS, runningCount: 1, waitingCount: 0 });
    expect([turns.take(null), turns.take(null)]).toEqual(['go', 'full']);
  });
});
