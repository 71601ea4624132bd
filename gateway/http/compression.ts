// Answers compressed, off the event loop: what is kept whole once for each encoding, anything else only where that is wanted.

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../execution/answer.ts';
import type { AcceptedEncodings, Encoding } from './accept-encoding.ts';
import type { HttpAnswer } from './http-answer.ts';

export interface CompressionSettings {
  /** `cached`: only what is kept whole. `always`: anything. `never`: nothing, but for clients that refuse plain bytes. */
  readonly answers: 'cached' | 'always' | 'never';
  /** Smaller answers are sent plain. */
  readonly minBytes: number;
}

export interface Compression {
  /** An answer that is kept whole and was compressed before. Costs nothing. */
  ready(answer: Answer, accepted: AcceptedEncodings): EncodedBody | null;
  /**
   * Compresses what is not yet, where it pays or must be. Most answers come back as they are, at once. @param answer null: nothing was run
   * @throws {GatewayError} SERVER_OVERLOADED
   */
  encode(http: HttpAnswer, answer: Answer | null, accepted: AcceptedEncodings): HttpAnswer | Promise<HttpAnswer>;
}

export interface EncodedBody {
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/** Brotli's 5 makes of a JSON answer of 100 KB one of 4 to 10 KB in 1 to 2 ms; 11 takes 100 times as long for a tenth less. */
const BROTLI_QUALITY = 5;
const GZIP_LEVEL = 6;

const [brotli, zstd, zip] = [promisify(brotliCompress), promisify(zstdCompress), promisify(gzip)];

const COMPRESSORS: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  zstd: (bytes) => zstd(bytes),
  gzip: (bytes) => zip(bytes, { level: GZIP_LEVEL }),
};

/** At a time: they wait in the queue of the threads that also read files. Past it answers are sent plain, to whoever takes them so. */
const LARGEST_RUNNING_COUNT = 16;
const TOO_MANY = `Expected room to compress one more answer for a client that refuses plain bytes, ${LARGEST_RUNNING_COUNT} are being compressed`;

/** @param onDefect gets what went wrong in the background */
export function createCompression(settings: CompressionSettings, onDefect: (error: unknown) => void): Compression {
  let running = 0;
  const compress = async (encoding: Encoding, bytes: Buffer): Promise<Buffer> => {
    running += 1;
    try {
      return await COMPRESSORS[encoding](bytes);
    } finally {
      running -= 1;
    }
  };

  const compressed = async (
    http: HttpAnswer,
    kept: Answer['kept'],
    encoding: Encoding,
    body: Buffer,
  ): Promise<HttpAnswer> => {
    const bytes = await compress(encoding, body);
    kept?.addVariant(encoding, bytes);
    return encodedBy(http, { encoding, bytes });
  };

  /** For who asks next. */
  const prepare = (kept: NonNullable<Answer['kept']>, encoding: Encoding, body: Buffer): void => {
    if (!kept.beginVariant(encoding)) return;
    compress(encoding, body)
      .then((bytes) => kept.addVariant(encoding, bytes))
      .catch(onDefect);
  };

  const ready = (kept: Answer['kept'], { encoding, takesPlain }: AcceptedEncodings): EncodedBody | null => {
    if (kept === null || encoding === null || (takesPlain && settings.answers === 'never')) return null;
    const bytes = kept.variant(encoding);
    return bytes === undefined ? null : { encoding, bytes };
  };

  return {
    ready: ({ kept }, accepted) => ready(kept, accepted),
    encode(http, answer, accepted) {
      const { encoding, takesPlain } = accepted;
      if (encoding === null || http.body.length === 0 || isEncoded(http)) return http;
      const kept = answer?.kept ?? null;
      const made = ready(kept, accepted);
      if (made !== null) return encodedBy(http, made);
      const isForced = !takesPlain;
      if (isForced && running >= LARGEST_RUNNING_COUNT) throw new GatewayError('SERVER_OVERLOADED', TOO_MANY);
      if (!isForced && (settings.answers === 'never' || running >= LARGEST_RUNNING_COUNT)) return http;
      if (!isForced && settings.answers === 'cached' && kept === null) return http;
      const body = typeof http.body === 'string' ? Buffer.from(http.body) : http.body;
      if (!isForced && body.length < settings.minBytes) return http;
      if (isForced || settings.answers === 'always') return compressed(http, kept, encoding, body);
      if (kept !== null) prepare(kept, encoding, body);
      return http;
    },
  };
}

const encodedBy = (http: HttpAnswer, { encoding, bytes }: EncodedBody): HttpAnswer => ({
  ...http,
  headers: [...http.headers, 'content-encoding', encoding],
  body: bytes,
});

export const isEncoded = ({ headers }: HttpAnswer): boolean => headers.includes('content-encoding');
