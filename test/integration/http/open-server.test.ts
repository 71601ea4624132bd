// Opening a port with one clear error, and draining it without losing a request.
import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { send } from '../../../gateway/http/http-answer.ts';
import { type OpenServer, openServer } from '../../../gateway/http/open-server.ts';
import { eventually, within } from '../../support/eventually.ts';
import { ask } from './door.ts';

const PLACE = { name: 'public', host: '127.0.0.1', port: 0, setting: '--port N, PORT or listen.port' };
const ANSWER = { status: 200, headers: ['content-type', 'text/plain'], body: 'fine' };

describe('a port', () => {
  it('that is in use is named, with how to choose another', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const opening = openServer(
      { ...PLACE, port },
      () => undefined,
      () => undefined,
    );
    await expect(opening).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Expected the public port ${port} to be free, another program listens there (is Freshet running already?). Choose another with --port N, PORT or listen.port`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('on a host that is not of this machine is named', async () => {
    const opening = openServer(
      { ...PLACE, host: '192.0.2.1' },
      () => undefined,
      () => undefined,
    );
    await expect(opening).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      message: expect.stringContaining('192.0.2.1, port 0'),
    });
  });

  it('0 picks a free one', async () => {
    const server = await openServer(
      PLACE,
      (_request, response, connection) => send(response, ANSWER, connection()),
      () => undefined,
    );
    expect(server.port).toBeGreaterThan(0);
    expect(server.origin).toBe(`http://127.0.0.1:${server.port}`);
    expect((await ask(server.origin, { method: 'GET' })).text).toBe('fine');
    await server.drain({ delayMs: 0, timeoutMs: 0 });
  });
});

describe('a handler', () => {
  it('that throws or rejects costs its own request alone', async () => {
    const defects: unknown[] = [];
    const server = await openServer(
      PLACE,
      (incoming) => {
        if (incoming.url === '/throw') throw new Error('thrown');
        return Promise.reject(new Error('rejected'));
      },
      (error) => defects.push(error),
    );
    expect((await ask(server.origin, { method: 'GET', path: '/throw' })).status).toBe(500);
    expect((await ask(server.origin, { method: 'GET', path: '/reject' })).status).toBe(500);
    expect(defects.map(String)).toEqual(['Error: thrown', 'Error: rejected']);
    await server.drain({ delayMs: 0, timeoutMs: 0 });
  });
});

/** Every answer waits until it is let go. */
async function gated(): Promise<{ server: OpenServer; begun: Promise<void>; letGo: () => void }> {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const server = await openServer(
    PLACE,
    async (_request, response, connection) => {
      begun.resolve();
      await gate.promise;
      send(response, ANSWER, connection());
    },
    () => undefined,
  );
  return { server, begun: begun.promise, letGo: gate.resolve };
}

describe('a drain', () => {
  it('waits for the request that is running and closes its connection with the answer', async () => {
    const { server, begun, letGo } = await gated();
    const agent = new Agent({ keepAlive: true });
    const answered = new Promise<string | undefined>((resolve, reject) => {
      request(`${server.origin}/`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.headers.connection));
      })
        .once('error', reject)
        .end();
    });
    await begun;
    let drained = false;
    const drain = server.drain({ delayMs: 0, timeoutMs: 60_000 }).then(() => {
      drained = true;
    });
    await eventually(() => refuses(server.port), { what: 'new connections to be refused' });
    expect(drained).toBe(false);
    letGo();
    expect(await answered).toBe('close');
    await within(10_000, 'the drain to end', drain);
    agent.destroy();
  });

  it('still answers new connections during its delay, closing each', async () => {
    const server = await openServer(
      PLACE,
      (_request, response, connection) => send(response, ANSWER, connection()),
      () => undefined,
    );
    const agent = new Agent({ keepAlive: true });
    const keptAlive = await connectionHeader(server, agent);
    expect(keptAlive).toBe('keep-alive');
    const drain = server.drain({ delayMs: 60_000, timeoutMs: 0 });
    // The connection that is open holds the delay up; its next answer closes it, and the drain goes on at once.
    expect(await connectionHeader(server, undefined)).toBe('close');
    expect(await connectionHeader(server, agent)).toBe('close');
    await within(10_000, 'the drain to end when no connection is left', drain);
    await expect(ask(server.origin, { method: 'GET' })).rejects.toThrow(/ECONNREFUSED/);
    agent.destroy();
  });

  it('cuts what has not ended within its limit', async () => {
    const { server, begun } = await gated();
    const asked = ask(server.origin, { method: 'GET' });
    const cut = expect(asked).rejects.toThrow(/socket hang up|ECONNRESET/);
    await begun;
    await within(10_000, 'the drain to end', server.drain({ delayMs: 0, timeoutMs: 50 }));
    await cut;
  });
});

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

function connectionHeader(server: OpenServer, agent: Agent | undefined): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server.origin}/`, { agent: agent ?? false }, (response) => {
      response.resume().once('end', () => resolve(response.headers.connection));
    })
      .once('error', reject)
      .end();
  });
}
