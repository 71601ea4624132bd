// What every kind of shard must do, as one suite for all of them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shard } from '../../../gateway/cache/shard-guard.ts';
import { eventually } from '../../support/eventually.ts';

export interface OpenedShard {
  readonly shard: Shard;
  /** Lets this much time pass for the store's expiry. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param open gives a shard whose store is empty */
export function describeShard(open: () => Promise<OpenedShard>): void {
  let opened: OpenedShard;
  let shard: Shard;
  let serial = 0;
  const freshKey = (): string => {
    serial += 1;
    return `key-${serial}`;
  };
  const read = async (...keys: string[]): Promise<readonly (string | undefined)[]> => {
    const answer = await shard.getMany(keys);
    if (answer.kind === 'trouble')
      throw new Error(`Expected an answer, got ${answer.trouble}: ${String(answer.cause)}`);
    return answer.value;
  };

  beforeAll(async () => {
    opened = await open();
    shard = opened.shard;
    await eventually(() => shard.status().state === 'up', { what: `${shard.name} to be up` });
  });
  afterAll(async () => {
    await opened.close();
  });

  describe('keeps', () => {
    it('what was set, and answers in the order of the question', async () => {
      const [one, two, absent] = [freshKey(), freshKey(), freshKey()];
      expect(await shard.set(one, 'first', 60_000)).toEqual({ kind: 'ok', value: undefined });
      await shard.set(two, 'second', 60_000);
      expect(await read(two, absent, one, two)).toEqual(['second', undefined, 'first', 'second']);
    });

    it('the newest of what was set', async () => {
      const key = freshKey();
      await Promise.all([shard.set(key, 'old', 60_000), shard.set(key, 'new', 60_000)]);
      expect(await read(key)).toEqual(['new']);
    });

    it('any text as it was', async () => {
      const key = freshKey();
      for (const text of ['', ' ', 'a\r\nb\0', '日本 🏯', '{"a":1}', 'x'.repeat(300_000)]) {
        await shard.set(key, text, 60_000);
        expect(await read(key)).toEqual([text]);
      }
    });

    it('nothing longer than its TTL', async () => {
      const [short, long] = [freshKey(), freshKey()];
      expect((await shard.set(short, 'gone', 200.9)).kind).toBe('ok');
      await shard.set(long, 'there', 60_000);
      await opened.pass(250);
      expect(await read(short, long)).toEqual([undefined, 'there']);
    });

    it('nothing at all for a TTL under a millisecond', async () => {
      const key = freshKey();
      for (const ttlMs of [0, -5, 0.9, Number.NaN]) {
        expect((await shard.set(key, 'never', ttlMs)).kind).toBe('ok');
        expect(await read(key)).toEqual([undefined]);
      }
    });
  });

  describe('deletes', () => {
    it('what is there and does not mind what is not', async () => {
      const [one, two, absent] = [freshKey(), freshKey(), freshKey()];
      await shard.set(one, '1', 60_000);
      await shard.set(two, '2', 60_000);
      expect(await shard.delete([one, absent])).toEqual({ kind: 'ok', value: undefined });
      expect(await read(one, two)).toEqual([undefined, '2']);
    });

    it('after what was set before', async () => {
      const key = freshKey();
      await Promise.all([shard.set(key, '1', 60_000), shard.delete([key])]);
      expect(await read(key)).toEqual([undefined]);
    });
  });

  describe('answers', () => {
    it('a question about nothing', async () => {
      expect(await read()).toEqual([]);
      expect((await shard.delete([])).kind).toBe('ok');
    });

    it('many at once', async () => {
      const keys = Array.from({ length: 1_000 }, () => freshKey());
      await Promise.all(keys.map((key) => shard.set(key, `text of ${key}`, 60_000)));
      expect(await read(...keys)).toEqual(keys.map((key) => `text of ${key}`));
    });

    it('that it is away when it was closed, at once and without an error', async () => {
      const other = await open();
      await eventually(() => other.shard.status().state === 'up');
      await other.close();
      expect(other.shard.status().state).toBe('away');
      expect(await other.shard.getMany(['a'])).toMatchObject({ kind: 'trouble', trouble: 'away' });
      expect(await other.shard.set('a', 'b', 1_000)).toMatchObject({ kind: 'trouble', trouble: 'away' });
      await other.shard.close();
    });
  });
}
