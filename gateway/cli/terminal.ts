// The terminal that a command talks to.

import { styleText } from 'node:util';
import { GatewayError } from '../errors.ts';

export interface Terminal {
  /** Results, for people and pipes. Without a newline at the end. */
  say(text: string): void;
  /** Whatever is no result. */
  complain(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Of stderr: off in a pipe and with NO_COLOR. */
  readonly colours: 'on' | 'off';
}

export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  // Whoever reads the pipe has seen enough (`| head`): nothing more to say, and no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    say: (text) => void stdout.write(`${text}\n`),
    complain: (text) => void stderr.write(`${text}\n`),
    env,
    cwd: process.cwd(),
    colours: stderr.isTTY && (env.NO_COLOR ?? '') === '' ? 'on' : 'off',
  };
}

/** An error of the table: its code and message. Anything else is a defect: its stack. */
export function complainOf(error: unknown, terminal: Terminal): void {
  const mark = (text: string): string =>
    terminal.colours === 'on' ? styleText('red', text, { validateStream: false }) : text;
  if (error instanceof GatewayError) terminal.complain(`${mark('error')} ${error.code}: ${error.message}`);
  else terminal.complain(`${mark('error')} This is a defect of Freshet, please report it:\n${stackOf(error)}`);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? String(error);
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(error.cause)}`;
}
