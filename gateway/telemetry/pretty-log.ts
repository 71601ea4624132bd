// Log lines for a terminal: time, level, message, then the other fields.

import { styleText } from 'node:util';
import { z } from 'zod';

export interface LineSink {
  write(line: string): unknown;
}

const logLine = z.looseObject({
  level: z.string(),
  time: z.string(),
  msg: z.string().optional(),
  err: z.looseObject({ stack: z.string().optional() }).optional(),
});

const COLOURS = { trace: 'gray', debug: 'gray', info: 'green', warn: 'yellow', error: 'red', fatal: 'red' } as const;

/** @param sink gets readable lines for the JSON lines that are written to the result */
export function prettyStream(sink: LineSink, colours: 'on' | 'off'): LineSink {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    colours === 'on' ? styleText(format, text, { validateStream: false }) : text;
  return {
    write(line) {
      const read = logLine.safeParse(parsed(line));
      if (!read.success) return sink.write(line);
      const { level, time, msg = '', err, ...rest } = read.data;
      const colour = Object.entries(COLOURS).find(([name]) => name === level)?.[1] ?? 'gray';
      const fields = Object.entries(rest).map(([name, value]) => ` ${paint('gray', `${name}=`)}${shown(value)}`);
      const stack = err?.stack === undefined ? '' : `\n${err.stack}`;
      const head = `${paint('gray', time.slice(11, 23))} ${paint(colour, level.padEnd(5))}`;
      return sink.write(`${head} ${msg}${fields.join('')}${stack}\n`);
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
