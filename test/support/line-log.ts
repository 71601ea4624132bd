// Keeps what a process writes and lets a test wait for a line of it.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface LineLog {
  /** Both streams as they came. */
  all(): string;
  stdout(): string;
  /** The last 40 lines, for messages. */
  tail(): string;
  waitFor(pattern: RegExp, who: string, timeoutMs: number): Promise<RegExpExecArray>;
  /** The process has ended: nobody waits any longer. */
  end(): void;
}

interface Waiter {
  /** True when it needs no more lines. */
  see(line: string): boolean;
  giveUp(): void;
}

const KEPT_BYTES = 1024 * 1024;
const TAIL_LINES = 40;

/** Reads both streams to their end. A line is known once its newline has come. */
export function lineLog(stdout: Readable, stderr: Readable): LineLog {
  let all = '';
  let out = '';
  const seen: string[] = [];
  const waiters = new Set<Waiter>();
  let ended = false;

  const take = (line: string): void => {
    seen.push(line);
    if (seen.length > KEPT_BYTES / 64) seen.splice(0, seen.length / 2);
    for (const waiter of waiters) if (waiter.see(line)) waiters.delete(waiter);
  };
  readLines(stdout, take, (text) => {
    all = kept(all + text);
    out = kept(out + text);
  });
  readLines(stderr, take, (text) => {
    all = kept(all + text);
  });
  const tail = (): string => all.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

  return {
    all: () => all,
    stdout: () => out,
    tail,
    end() {
      ended = true;
      for (const waiter of waiters) waiter.giveUp();
      waiters.clear();
    },
    waitFor(pattern, who, timeoutMs) {
      for (const line of seen) {
        const match = pattern.exec(line);
        if (match !== null) return Promise.resolve(match);
      }
      const failure = (why: string): Error =>
        new Error(`Expected ${who} to write a line like ${pattern}, ${why}. Its output ended with:\n${tail()}`);
      if (ended) return Promise.reject(failure('but it ended'));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(failure(`none came within ${timeoutMs} ms`));
        }, timeoutMs);
        const waiter: Waiter = {
          see(line) {
            const match = pattern.exec(line);
            if (match === null) return false;
            clearTimeout(timer);
            resolve(match);
            return true;
          },
          giveUp() {
            clearTimeout(timer);
            reject(failure('but it ended'));
          },
        };
        waiters.add(waiter);
      });
    },
  };
}

function readLines(stream: Readable, take: (line: string) => void, keep: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk);
    keep(text);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}

function kept(text: string): string {
  return text.length > KEPT_BYTES ? text.slice(-KEPT_BYTES) : text;
}
