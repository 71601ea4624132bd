// Compressing for clients that refuse plain bytes: as many at a time as may be.

import { describe, expect, it } from 'vitest';
import { createCompression } from '../../../../gateway/http/compression.ts';
import type { HttpAnswer } from '../../../../gateway/http/http-answer.ts';

const HTTP: HttpAnswer = { status: 200, headers: [], body: Buffer.from('x'.repeat(2_000)) };
const FORCED = { encoding: 'gzip', takesPlain: false } as const;

describe('a client that refuses plain bytes', () => {
  it('is told to come again when as many answers as may be are being compressed, and is served after them', async () => {
    const compression = createCompression({ answers: 'never', minBytes: 1_000 }, (error) => expect.fail(String(error)));
    const running = Array.from({ length: 16 }, () => compression.encode(HTTP, null, FORCED));
    expect(() => compression.encode(HTTP, null, FORCED)).toThrow(/Expected room to compress one more answer/);
    for (const http of await Promise.all(running)) expect(http.headers).toContain('gzip');
    expect((await compression.encode(HTTP, null, FORCED)).headers).toContain('gzip');
  });
});
