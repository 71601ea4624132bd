// Starts a real redis-server for a test: on a free port, in a folder of its own, with nothing kept unless dumped.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { type Child, spawnServer } from './child.ts';
import { freePort } from './free-port.ts';
import { findService, howToGet } from './service-paths.ts';

export interface RedisServer {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly dir: string;
  /** SIGKILL: what it held is lost. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same port, killed first when it runs. Empty, unless dump() or restore() left a file. */
  restart(): Promise<void>;
  /** SAVE: the bytes of its RDB file. The file stays, so a later restart loads it. */
  dump(): Promise<Buffer>;
  /** Kills it, puts these bytes in place of its RDB file and starts it: a shard that comes back old. */
  restore(rdb: Buffer): Promise<void>;
  /** Ends it and removes its folder. Fine when it is dead or frozen. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** More arguments for redis-server, such as `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[];
}

const RDB_FILE = 'dump.rdb';

/** Starts a redis-server; resolves when it takes connections (20 ms). @throws {Error} when none is installed or it does not start. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = findService('redis');
  if (program === undefined) throw new Error(`Expected redis-server on this machine. Get it: ${howToGet('redis')}`);
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'freshet-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  const launch = (): Promise<Child> =>
    spawnServer(
      { name: `redis-server ${port}`, command: program, args: serverArguments(port, dir, options) },
      (started) => started.waitForLine(/Ready to accept connections/),
    );
  let child = await launch();

  const restart = async (): Promise<void> => {
    await child.kill();
    child = await launch();
  };
  return {
    url,
    port,
    dir,
    get pid() {
      return child.pid;
    },
    kill: async () => void (await child.kill()),
    freeze: () => child.freeze(),
    thaw: () => child.thaw(),
    restart,
    async dump() {
      await save(url);
      return await readFile(join(dir, RDB_FILE));
    },
    async restore(rdb) {
      await child.kill();
      await writeFile(join(dir, RDB_FILE), rdb);
      child = await launch();
    },
    async stop() {
      await child.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function serverArguments(port: number, dir: string, options: RedisServerOptions): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    dbfilename: RDB_FILE,
    save: '',
    appendonly: 'no',
    daemonize: 'no',
  };
  return [...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]), ...(options.args ?? [])];
}

async function save(url: string): Promise<void> {
  const client = createClient({
    url,
    socket: { connectTimeout: 5_000, socketTimeout: 30_000, reconnectStrategy: false },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.sendCommand(['SAVE']);
  } finally {
    client.destroy();
  }
}
