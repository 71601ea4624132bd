// `freshet start` as a program: its banner, its signals, its end.
import { request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Child, spawnChild } from '../../support/child.ts';

const SCRIPT = fileURLToPath(new URL('start-for-test.ts', import.meta.url));
const children: Child[] = [];

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
});

function start(...args: string[]): Child {
  const child = spawnChild({
    name: 'freshet start',
    command: process.execPath,
    args: [SCRIPT, 'start', '--supergraph', 'none.graphql', ...args],
    env: { PATH: process.env.PATH },
  });
  children.push(child);
  return child;
}

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
      response.once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}

async function originOf(child: Child): Promise<string> {
  const [, origin = ''] = await child.waitForLine(/^freshet ready at (http:\/\/127\.0\.0\.1:\d+)\/graphql$/);
  return origin;
}

describe('freshet start', () => {
  it('says on stdout alone where it is ready, as its last line, and logs JSON to stderr', async () => {
    const child = start('--port', '0');
    const origin = await originOf(child);
    expect(await get(origin)).toBe('fine');
    expect(child.stdout()).toBe(
      `management at http://127.0.0.1:1 (/metrics, /readyz)\nfreshet ready at ${origin}/graphql\n`,
    );
    await child.terminate();
    const logged = child.output().replace(child.stdout(), '');
    expect(JSON.parse(logged.split('\n')[0] ?? '')).toMatchObject({ level: 'info', signal: 'SIGTERM' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('on %s lets the running request end, then ends with 0', async (signal) => {
    const child = start('--port', '0');
    const origin = await originOf(child);
    const waiting = get(`${origin}/wait`);
    await child.waitForLine(/a request waits/);
    child.signal(signal);
    await child.waitForLine(/stopping: requests that are running may end/);
    child.signal('SIGUSR2');
    expect(await waiting).toBe('fine');
    expect(await child.waitForExit()).toEqual({ code: 0, signal: null });
  });

  it('on a second signal ends at once', async () => {
    const child = start('--port', '0');
    const origin = await originOf(child);
    const waiting = expect(get(`${origin}/wait`)).rejects.toThrow();
    await child.waitForLine(/a request waits/);
    child.signal('SIGTERM');
    await child.waitForLine(/stopping/);
    child.signal('SIGTERM');
    expect(await child.waitForExit()).toEqual({ code: 143, signal: null });
    await waiting;
  });

  it('that cannot go on closes, says why, and ends with 1', async () => {
    const child = start('--port', '0');
    await get(`${await originOf(child)}/fail`);
    expect(await child.waitForExit()).toEqual({ code: 1, signal: null });
    expect(child.output()).toMatch(/This is a defect of Freshet, please report it:\nError: the feed stopped\n {4}at /);
    expect(child.output()).toContain('stopped');
  });

  it('on a port in use says so in one line and ends with 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const child = start('--port', String(port));
    expect(await child.waitForExit()).toEqual({ code: 1, signal: null });
    expect(child.output()).toBe(
      `error PORT_IN_USE: Expected the public port ${port} to be free, another program listens there (is Freshet running already?). Choose another with --port N, PORT or listen.port\n`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
