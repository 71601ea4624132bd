// The log: one JSON line an event on stderr, readable lines on a terminal.

import pino, { type Logger } from 'pino';
import { prettyStream } from './pretty-log.ts';

export type { Logger } from 'pino';

export interface LogSettings {
  /** The least severe lines to write. */
  readonly level: string;
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** NO_COLOR and the like: is the terminal to be spared colours? */
  readonly colours: 'on' | 'off';
}

/** Fields that never reach the log, wherever they stand in what is logged. */
const REDACTED = [
  'authorization',
  'cookie',
  '*.authorization',
  '*.cookie',
  '*.headers.authorization',
  '*.headers.cookie',
];

/** Times are ISO 8601; an error under `err` is written with its stack and causes. */
export function createLog({ level, stream, colours }: LogSettings): Logger {
  const destination = stream.isTTY === true ? prettyStream(stream, colours) : stream;
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...REDACTED], censor: '(hidden)' },
    },
    { write: (line: string) => void destination.write(line) },
  );
}
