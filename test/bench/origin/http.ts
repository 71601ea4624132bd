// A subgraph's HTTP on a bare socket: an answer in some 5 µs, so that four of them and the load fit on the core beside the gateway.
//
// `node:http` takes 20 µs each, and would be what is measured wherever a gateway asks its subgraphs often. Only for clients that we know:
// HTTP/1.1, POST, with content-length.

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

export interface RawAnswer {
  /** Head and body. */
  readonly bytes: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const CLOSES = /\r\nconnection: *close/i;

/** @param answer whole requests, one after the other. A throw is told as 500 with its message */
export async function listenRaw(answer: (head: string, body: string) => RawAnswer): Promise<{
  readonly port: number;
  stop(): Promise<void>;
}> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let kept: Buffer | null = null;
    socket.on('data', (chunk) => {
      const rest = answerAll(kept === null ? chunk : Buffer.concat([kept, chunk]), socket, answer);
      kept = rest.length === 0 ? null : rest;
    });
  });
  const port = await listen(server);
  return {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @returns what is left: the beginning of a request */
function answerAll(bytes: Buffer, socket: Socket, answer: (head: string, body: string) => RawAnswer): Buffer {
  let from = 0;
  while (from < bytes.length) {
    const headEnd = bytes.indexOf(HEAD_END, from);
    if (headEnd === -1) break;
    const head = bytes.toString('latin1', from, headEnd);
    const bodyFrom = headEnd + HEAD_END.length;
    if (CHUNKED.test(head)) {
      socket.end(textAnswer(411, 'expected content-length, got chunks').bytes);
      return Buffer.alloc(0);
    }
    const bodyTo = bodyFrom + Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (bodyTo > bytes.length) break;
    let told: RawAnswer;
    try {
      told = answer(head, bytes.toString('utf8', bodyFrom, bodyTo));
    } catch (error) {
      told = textAnswer(500, (error as Error).message);
    }
    socket.write(told.bytes);
    from = bodyTo;
    if (CLOSES.test(head)) socket.end();
  }
  return bytes.subarray(from);
}

/** @param headers whole lines, each with its end */
export function rawAnswer(status: number, headers: string, body: string): RawAnswer {
  const length = Buffer.byteLength(body);
  return { bytes: Buffer.from(`HTTP/1.1 ${status} -\r\n${headers}content-length: ${length}\r\n\r\n${body}`) };
}

export const textAnswer = (status: number, text: string): RawAnswer =>
  rawAnswer(status, 'content-type: text/plain\r\n', text);

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
