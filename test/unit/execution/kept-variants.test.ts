// Compiled variants of operations are kept in one room: however many combinations of conditions clients send, and however large fragments make them.

import { describe, expect, it } from 'vitest';
import { createKeptVariants, type VariantMemo } from '../../../gateway/execution/kept-variants.ts';

interface Variant {
  readonly size: number;
}

function counted(maxSize: number) {
  const variants = createKeptVariants<Variant>(maxSize);
  let madeCount = 0;
  const ask = (memo: VariantMemo<Variant>, combination: string, size: number): Promise<Variant> =>
    memo(combination, async () => {
      madeCount += 1;
      return { size };
    });
  return { variants, ask, madeCount: () => madeCount };
}

describe('variants of operations', () => {
  it('are made once each, for all who ask at once', async () => {
    const { variants, ask, madeCount } = counted(100);
    const memo = variants.forOne();
    const [first, second] = await Promise.all([ask(memo, '0', 1), ask(memo, '0', 1)]);
    expect(await ask(memo, '0', 1)).toBe(first);
    expect(second).toBe(first);
    await ask(memo, '1', 1);
    await ask(variants.forOne(), '0', 1);
    expect(madeCount()).toBe(3);
  });

  it('share one room, in which those that were asked for last stay', async () => {
    const { variants, ask, madeCount } = counted(100);
    const [one, other] = [variants.forOne(), variants.forOne()];
    for (let combination = 0; combination < 64; combination += 1) await ask(one, String(combination), 10);
    for (let combination = 0; combination < 9; combination += 1) await ask(other, String(combination), 10);
    expect(madeCount()).toBe(73);
    for (let combination = 0; combination < 9; combination += 1) await ask(other, String(combination), 10);
    await ask(one, '63', 10);
    expect(madeCount()).toBe(73);
    await ask(one, '62', 10);
    expect(madeCount()).toBe(74);
  });

  it('that are larger than the room are made for whoever asks, and push nobody out', async () => {
    const { variants, ask, madeCount } = counted(100);
    const memo = variants.forOne();
    await ask(memo, 'small', 10);
    for (let time = 0; time < 2; time += 1) await ask(memo, 'large', 101);
    await ask(memo, 'small', 10);
    expect(madeCount()).toBe(3);
  });

  it('that cannot be made are tried again by whoever asks next', async () => {
    const memo = createKeptVariants<Variant>(100).forOne();
    await expect(memo('', () => Promise.reject(new Error('no plan')))).rejects.toThrow('no plan');
    expect(await memo('', async () => ({ size: 1 }))).toEqual({ size: 1 });
  });
});
