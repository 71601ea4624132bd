// Holds the port picker to giving ports that can be used, each once.
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, freePorts } from '../../support/free-port.ts';

it('gives ports that are all different and can be listened on', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) await listenOnce(port);
});

it('stays below the ports that the kernel gives to outgoing connections, so that a stopped server finds its port free', async () => {
  const port = await freePort();
  expect(port).toBeGreaterThanOrEqual(15_000);
  expect(port).toBeLessThan(32_768);
});

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
