// The log of subgraphs: structured lines on stderr, one JSON object each.

import pino, { type Logger } from 'pino';

/** What rooms of the kit ask of a log: the object first, then the sentence. */
export interface Log {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** @param name who speaks: the subgraph. @param level the least severe lines to write */
export function openLog(name: string, level: LogLevel): Logger & Log {
  return pino({ name, level, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
