// The benchmark's subgraphs speak as much HTTP as its gateways do.
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { listenRaw, rawAnswer } from '../../bench/origin/http.ts';

/** What comes back until `expected` is there. */
async function exchange(sent: string, expected: string): Promise<string> {
  const server = await listenRaw((_head, body) => rawAnswer(200, 'x: y\r\n', `got ${body}`));
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true);
  try {
    return await new Promise<string>((resolve, reject) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
        if (text.includes(expected)) resolve(text);
      });
      socket.on('error', reject);
      socket.write(sent);
    });
  } finally {
    socket.destroy();
    await server.stop();
  }
}

const request = (body: string): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

it('answers requests that come together, in order', async () => {
  const text = await exchange(request('one') + request('two'), 'got two');
  expect(text.indexOf('got one')).toBeLessThan(text.indexOf('got two'));
  expect(text).toContain('content-length: 7\r\n\r\ngot one');
});

it('puts a request together that comes in pieces, cut in the middle of a character', async () => {
  const server = await listenRaw((_head, body) => rawAnswer(200, '', `got ${body}`));
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true);
  try {
    const second = Buffer.from(request('grün'));
    const cut = second.length - 2;
    const text = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
        // The answer to the first shows that the first piece of the second was read.
        if (text.endsWith('got one')) socket.write(second.subarray(cut));
        else resolve(text);
      });
      socket.write(Buffer.concat([Buffer.from(request('one')), second.subarray(0, cut)]));
    });
    expect(text).toContain('got grün');
  } finally {
    socket.destroy();
    await server.stop();
  }
});

it('refuses chunks, which no gateway here sends', async () => {
  const text = await exchange(
    'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'content-length, got chunks',
  );
  expect(text).toContain('HTTP/1.1 411');
});
