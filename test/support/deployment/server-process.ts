// A server of ours as a process that tests kill, freeze and start again on the same ports.
import { type Child, spawnServer } from '../child.ts';

export interface ServerProcess {
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** What it wrote since it was started last. */
  output(): string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again, killed first when it runs. Resolves when it serves. */
  restart(): Promise<void>;
  /** SIGTERM; resolves when it has ended. Fine when it is dead or frozen. @throws {Error} when it had to be killed. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly name: string;
  /** Script of Node, and what follows it. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The line that it writes when it serves. */
  readonly ready: RegExp;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const launch = (): Promise<Child> =>
    spawnServer(
      {
        name: options.name,
        command: process.execPath,
        args: options.args,
        env: { ...bareEnvironment(), ...options.env },
      },
      (child) => child.waitForLine(options.ready, START_TIMEOUT_MS),
    );
  let child = await launch();
  return {
    get pid() {
      return child.pid;
    },
    output: () => child.output(),
    kill: async () => void (await child.kill()),
    freeze: () => child.freeze(),
    thaw: () => child.thaw(),
    async restart() {
      await child.kill();
      child = await launch();
    },
    async stop() {
      child.thaw();
      if (child.exit === undefined) await child.terminate(STOP_TIMEOUT_MS);
    },
  };
}

/** Nothing of the worker's own settings (NODE_ENV, NODE_OPTIONS, DATABASE_URL …) reaches what it tests. */
function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), NO_COLOR: '1', APOLLO_TELEMETRY_DISABLED: 'true' };
}
