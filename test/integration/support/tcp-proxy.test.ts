// Holds the TCP proxy to the faults that it plays.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, within } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

let echo: Server;
let echoSockets: Socket[];
let echoPort: number;
let proxy: TcpProxy;
let clients: Socket[];

beforeEach(async () => {
  echoSockets = [];
  clients = [];
  echoPort = await freePort();
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    echoSockets.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(echoPort, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startTcpProxy({ port: echoPort });
});
afterEach(async () => {
  for (const socket of [...clients, ...echoSockets]) socket.destroy();
  await proxy.stop();
  echo.close();
});

describe('healthy', () => {
  it('passes bytes both ways in order and counts them', async () => {
    const client = await open();
    await expect(say(client, 'hello')).resolves.toBe('hello');
    await expect(say(client, ' world')).resolves.toBe(' world');
    expect(proxy.passed).toEqual({ toServerBytes: 11, toClientBytes: 11 });
    expect(proxy.connectionCount).toBe(1);
  });

  it('passes 20 MB through whole, whichever side is slower', async () => {
    const client = await open();
    const sent = Buffer.alloc(20_000_000, 'freshet ');
    const received: Buffer[] = [];
    client.on('data', (chunk) => received.push(chunk));
    client.end(sent);
    await once(client, 'end');
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it('passes the end of the stream on, and the answer after it', async () => {
    const client = await open();
    client.end('last words');
    const [data] = await once(client, 'data');
    expect(String(data)).toBe('last words');
    await closeOf(client);
    await eventually(() => proxy.connectionCount === 0);
  });

  it('breaks the client off when the server breaks off, and refuses nobody for it', async () => {
    const client = await open();
    await say(client, 'a');
    echoSockets[0]?.resetAndDestroy();
    await closeOf(client);
    await expect(say(await open(), 'again')).resolves.toBe('again');
  });
});

describe('cut', () => {
  it('resets connections and refuses new ones until healed, on the same port', async () => {
    const client = await open();
    await say(client, 'a');
    const closed = closeOf(client);
    await proxy.cut();
    await closed;
    await expect(open()).rejects.toThrow('ECONNREFUSED');
    await proxy.heal();
    await expect(say(await open(), 'back')).resolves.toBe('back');
  });

  it('can also reset connections and accept new ones at once', async () => {
    const client = await open();
    const closed = closeOf(client);
    proxy.reset();
    await closed;
    await expect(say(await open(), 'back')).resolves.toBe('back');
    expect(proxy.acceptedCount).toBe(2);
  });
});

describe('delay', () => {
  it('makes each way this much slower and keeps the order', async () => {
    const client = await open();
    proxy.delay(60);
    const beganAt = performance.now();
    client.write('one ');
    client.write('two');
    await expect(read(client, 7)).resolves.toBe('one two');
    // Timers may fire a millisecond early.
    expect(performance.now() - beganAt).toBeGreaterThanOrEqual(118);
  });
});

describe('silence', () => {
  it('accepts connections and passes nothing, then delivers late what was sent meanwhile', async () => {
    const old = await open();
    await say(old, 'a');
    proxy.silence();
    const young = await open();
    const answers = Promise.all([say(old, 'old'), say(young, 'young')]);
    await expect(within(100, 'an answer', answers)).rejects.toThrow('Expected an answer within');
    expect(old.destroyed || young.destroyed).toBe(false);
    await proxy.heal();
    await expect(answers).resolves.toEqual(['old', 'young']);
  });

  it('can let requests through and swallow the answers', async () => {
    const client = await open();
    proxy.silence('to-client');
    const answer = say(client, 'heard');
    await eventually(() => proxy.passed.toServerBytes === 5);
    await expect(within(100, 'an answer', answer)).rejects.toThrow();
    await proxy.heal();
    await expect(answer).resolves.toBe('heard');
  });

  it('hides from the client that the server is gone until healed', async () => {
    const client = await open();
    await say(client, 'a');
    proxy.silence();
    echoSockets[0]?.resetAndDestroy();
    await expect(within(100, 'a close', closeOf(client))).rejects.toThrow('Expected a close within');
    const closed = closeOf(client);
    await proxy.heal();
    await closed;
  });
});

async function open(): Promise<Socket> {
  const socket = connect(proxy.port, proxy.host);
  await once(socket, 'connect');
  clients.push(socket);
  socket.on('error', () => undefined);
  return socket;
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function say(socket: Socket, text: string): Promise<string> {
  const answer = read(socket, text.length);
  socket.write(text);
  return await answer;
}

function read(socket: Socket, bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (text.length < bytes) return;
      socket.off('data', take);
      resolve(text);
    };
    socket.on('data', take);
    socket.once('close', () => reject(new Error('closed')));
  });
}
