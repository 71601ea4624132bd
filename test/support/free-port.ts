// Picks TCP ports on 127.0.0.1 for servers that a test starts, stops and starts again.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range that the kernel gives to outgoing connections (32768 on Linux, 49152 on macOS): a port from there could be taken by
// somebody's client between the server's death and its restart.
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 200;

const given = new Set<number>();

/**
 * A port that nothing listens on now, and that this process was not given before.
 * @throws {Error} after 200 tries.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`Expected a free port between ${LOWEST} and ${HIGHEST}, found none in ${TRIES} tries`);
}

/** Several at once, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
