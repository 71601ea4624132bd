// The body of a request: read within a limit, checked to be JSON in UTF-8.

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { GatewayError, wordsOf } from '../errors.ts';

/** Text that says it is JSON. `none`: no body, or one that says it is something else and was not read: Apollo Server says what it thinks of that. */
export type RequestBody = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none' };

/** A body that is too large is read on for so long, unkept, that its sender sees the answer instead of a broken connection. */
const DISCARDED_BYTES = 8 * 1024 * 1024;

/**
 * @returns null when the client broke off
 * @throws {GatewayError} (by the promise) BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<RequestBody | null> {
  return new Promise((resolve, reject) => {
    const { 'content-type': type, 'content-encoding': encoding, 'content-length': announced } = request.headers;
    const charset = jsonCharset(type);
    if (Number(announced) > limitBytes + DISCARDED_BYTES) return reject(tooLarge(limitBytes, `${announced} bytes`));
    if (charset === null) return resolve({ kind: 'none' });
    if (charset !== 'utf-8') return reject(unsupported(`Expected a body in UTF-8, got charset ${charset}`));
    if (encoding !== undefined && encoding !== 'identity') {
      return reject(unsupported(`Expected a body that is not compressed, got content-encoding ${encoding}`));
    }
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else chunks = [];
      if (length > limitBytes + DISCARDED_BYTES) reject(tooLarge(limitBytes, 'more'));
    });
    request.on('end', () => {
      if (length > limitBytes) return reject(tooLarge(limitBytes, `${length} bytes`));
      try {
        resolve(textOf(chunks, length));
      } catch (error) {
        reject(error);
      }
    });
    // After a break-off; after the end it comes too late to matter. Without a listener of its own no 'error' is emitted.
    request.on('close', () => resolve(null));
  });
}

/** @returns the charset in lower case for JSON, null for any other type */
function jsonCharset(contentType: string | undefined): string | null {
  if (contentType === 'application/json') return 'utf-8';
  if (contentType === undefined) return null;
  const [essence = '', ...parameters] = contentType.split(';');
  if (essence.trim().toLowerCase() !== 'application/json') return null;
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(parameter)?.[1])
    .find(Boolean);
  return charset?.toLowerCase().replace(/^utf8$/, 'utf-8') ?? 'utf-8';
}

function textOf(chunks: readonly Buffer[], length: number): RequestBody {
  const [first] = chunks;
  if (first === undefined) return { kind: 'none' };
  const bytes = chunks.length === 1 ? first : Buffer.concat(chunks, length);
  if (!isUtf8(bytes)) throw new GatewayError('BAD_REQUEST', 'Expected a body in UTF-8, got bytes that are not');
  const text = bytes.toString('utf8');
  return { kind: 'text', text: text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text };
}

const BYTE_ORDER_MARK = 0xfeff;

/** @throws {GatewayError} BAD_REQUEST */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = wordsOf(cause);
    throw new GatewayError('BAD_REQUEST', `Expected a body in JSON, got something else: ${why}`, { cause });
  }
}

function tooLarge(limitBytes: number, came: string): GatewayError {
  return new GatewayError(
    'BODY_TOO_LARGE',
    `Expected a body of at most ${limitBytes} bytes (limits.bodyBytes), got ${came}`,
  );
}

function unsupported(message: string): GatewayError {
  return new GatewayError('UNSUPPORTED_MEDIA_TYPE', message);
}
