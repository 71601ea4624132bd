// Runs one outside command of the installer: quiet while it works, all of its output when it fails.
import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment. Default: ours. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/**
 * Resolves with what the command wrote when it ends with exit code 0.
 * @throws {Error} with the command line and its output, when it cannot run, fails or takes too long (then it is killed).
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const line = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (cause) => reject(new Error(`Expected to run \`${line}\`: ${cause.message}`, { cause })));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`\`${line}\` ended with ${signal ?? `exit code ${code}`}. It wrote:\n${output.trim()}`));
    });
  });
}
