// Holds the Redis harness to its faults: death, freeze, loss, an old dump.
import { createClient } from '@redis/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { within } from '../../support/eventually.ts';
import { isRunning } from '../../support/process-tree.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { requireService } from '../../support/service-gate.ts';

requireService('redis')('startRedis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('serves on its url', async () => {
    await ask(server, ['SET', 'greeting', 'hello']);
    await expect(ask(server, ['GET', 'greeting'])).resolves.toBe('hello');
  });

  it('comes back empty on the same port after kill -9', async () => {
    await ask(server, ['SET', 'greeting', 'hello']);
    const { pid, port } = server;
    await server.kill();
    expect(isRunning(pid)).toBe(false);
    await expect(ask(server, ['PING'])).rejects.toThrow();
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    await expect(ask(server, ['GET', 'greeting'])).resolves.toBeNull();
  });

  it('keeps connections open and answers nothing while frozen', async () => {
    await server.freeze();
    await expect(within(150, 'an answer', ask(server, ['PING']))).rejects.toThrow('Expected an answer within 150 ms');
    server.thaw();
    await expect(ask(server, ['PING'])).resolves.toBe('PONG');
  });

  it('can come back with an old dump', async () => {
    await ask(server, ['SET', 'price', 'old']);
    const dump = await server.dump();
    await ask(server, ['SET', 'price', 'new']);
    const later = await server.dump();
    await server.restore(dump);
    await expect(ask(server, ['GET', 'price'])).resolves.toBe('old');
    await server.restore(later);
    await expect(ask(server, ['GET', 'price'])).resolves.toBe('new');
  });

  it('leaves no process and no folder when stopped, even while frozen', async () => {
    const other = await startRedis({ args: ['--maxmemory', '8mb'] });
    await expect(ask(other, ['CONFIG', 'GET', 'maxmemory'])).resolves.toEqual(['maxmemory', '8388608']);
    await other.freeze();
    await other.stop();
    expect(isRunning(other.pid)).toBe(false);
    const { existsSync } = await import('node:fs');
    expect(existsSync(other.dir)).toBe(false);
  });
});

async function ask(server: RedisServer, command: string[]): Promise<unknown> {
  const client = createClient({ RESP: 2, url: server.url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
