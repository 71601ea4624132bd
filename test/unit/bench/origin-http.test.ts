// The benchmark's subgraphs speak as much HTTP as its gateways do.
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { listenRaw, rawAnswer } from '../../bench/origin/http.ts';

/** Sends the pieces, each in a packet of its own, until `expected` is there. */
async function exchange(pieces: readonly string[], expected: string): Promise<string> {
  const server = await listenRaw((_head, body) => rawAnswer(200, 'x: y\r\n', `got ${body}`));
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true);
  try {
    return await new Promise<string>((resolve, reject) => {
      let text = '';
      const send = (index: number): void => {
        const piece = pieces[index];
        if (piece !== undefined) socket.write(piece, () => setImmediate(() => send(index + 1)));
      };
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
        if (text.includes(expected)) resolve(text);
      });
      socket.on('error', reject);
      socket.on('connect', () => send(0));
    });
  } finally {
    socket.destroy();
    await server.stop();
  }
}

const request = (body: string): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

it('answers requests that come together, in order', async () => {
  const text = await exchange([request('one') + request('two')], 'got two');
  expect(text.indexOf('got one')).toBeLessThan(text.indexOf('got two'));
  expect(text).toContain('content-length: 7\r\n\r\ngot one');
});

it('puts a request together that comes in pieces, in the middle of a character too', async () => {
  const whole = Buffer.from(request('grün'));
  const cut = whole.length - 2;
  const pieces = [whole.subarray(0, 20), whole.subarray(20, cut), whole.subarray(cut)].map((piece) =>
    piece.toString('latin1'),
  );
  expect(pieces.join('').length).toBe(whole.length);
  const server = await listenRaw((_head, body) => rawAnswer(200, '', `got ${body}`));
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true);
  try {
    const text = await new Promise<string>((resolve) => {
      socket.on('data', (chunk) => resolve(chunk.toString('utf8')));
      socket.write(pieces[0] ?? '', 'latin1', () =>
        socket.write(pieces[1] ?? '', 'latin1', () => socket.write(pieces[2] ?? '', 'latin1')),
      );
    });
    expect(text).toContain('got grün');
  } finally {
    socket.destroy();
    await server.stop();
  }
});

it('refuses chunks, which no gateway here sends', async () => {
  const text = await exchange(
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    'content-length, got chunks',
  );
  expect(text).toContain('HTTP/1.1 411');
});
