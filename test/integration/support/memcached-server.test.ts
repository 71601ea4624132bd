// Holds the Memcached harness to its faults: death, freeze, loss.
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { within } from '../../support/eventually.ts';
import { type MemcachedServer, startMemcached } from '../../support/memcached-server.ts';
import { isRunning } from '../../support/process-tree.ts';
import { requireService } from '../../support/service-gate.ts';

requireService('memcached')('startMemcached', () => {
  let server: MemcachedServer;
  beforeAll(async () => {
    server = await startMemcached();
  });
  afterAll(() => server.stop());

  it('serves on its port and comes back empty there after kill -9', async () => {
    await expect(ask(server, 'set greeting 0 0 5\r\nhello\r\n')).resolves.toBe('STORED\r\n');
    await expect(ask(server, 'get greeting\r\n')).resolves.toContain('hello');
    const { pid } = server;
    await server.kill();
    expect(isRunning(pid)).toBe(false);
    await expect(ask(server, 'version\r\n')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    await expect(ask(server, 'get greeting\r\n')).resolves.toBe('END\r\n');
  });

  it('answers nothing while frozen', async () => {
    await server.freeze();
    await expect(within(150, 'an answer', ask(server, 'version\r\n'))).rejects.toThrow('Expected an answer within');
    server.thaw();
    await expect(ask(server, 'version\r\n')).resolves.toMatch(/^VERSION/);
  });
});

function ask({ port }: MemcachedServer, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(command));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('utf8'));
    });
  });
}
