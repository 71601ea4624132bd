// Reads the JSON body of a request, bounded in bytes and in time.

import type { IncomingMessage } from 'node:http';

export type BodyResult =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: 400 | 413; readonly reason: string };

/** @param mostBytes more than this is refused, and the rest not read. Never rejects for what the client sends. */
export async function readJsonBody(request: IncomingMessage, mostBytes: number): Promise<BodyResult> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) return { kind: 'refused', status: 400, reason: 'expected a body of bytes' };
      bytes += chunk.length;
      if (bytes > mostBytes) {
        return { kind: 'refused', status: 413, reason: `expected at most ${mostBytes} bytes` };
      }
      chunks.push(chunk);
    }
  } catch (error) {
    return { kind: 'refused', status: 400, reason: `the body broke off: ${String(error)}` };
  }
  try {
    const text = chunks.length === 1 && chunks[0] ? chunks[0].toString() : Buffer.concat(chunks).toString();
    return { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    return { kind: 'refused', status: 400, reason: `expected JSON: ${error instanceof Error ? error.message : error}` };
  }
}
