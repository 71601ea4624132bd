// Starts a real memcached for a test on a free port.
import { connect } from 'node:net';
import { type Child, spawnServer } from './child.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { findService, howToGet } from './service-paths.ts';

export interface MemcachedServer {
  /** `memcached://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGKILL: what it held is lost. */
  kill(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same port, killed first when it runs. Empty. */
  restart(): Promise<void>;
  /** Ends it. Fine when it is dead or frozen. */
  stop(): Promise<void>;
}

/** Starts memcached (16 MB); resolves when it answers (10 ms). @throws {Error} when none is installed or it does not start. */
export async function startMemcached(): Promise<MemcachedServer> {
  const program = findService('memcached');
  if (program === undefined) throw new Error(`Expected memcached on this machine. Get it: ${howToGet('memcached')}`);
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const args = ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-m', '16', ...user];
  const launch = (): Promise<Child> =>
    spawnServer({ name: `memcached ${port}`, command: program, args }, () =>
      eventually(() => answersVersion(port), { timeoutMs: 30_000, what: `memcached to answer on port ${port}` }),
    );
  let child = await launch();
  return {
    url: `memcached://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid;
    },
    kill: async () => void (await child.kill()),
    freeze: () => child.freeze(),
    thaw: () => child.thaw(),
    async restart() {
      await child.kill();
      child = await launch();
    },
    stop: async () => void (await child.kill()),
  };
}

function answersVersion(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('version\r\n'));
    const settle = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('data', (data) => settle(data.toString('latin1').startsWith('VERSION')));
    socket.once('error', () => settle(false));
  });
}
