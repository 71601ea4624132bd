// Answers that their clients have not read yet: each holds memory, so each has a deadline, and all of them together a limit.

import type { ServerResponse } from 'node:http';
import type { Timer } from '../clock.ts';

export interface UnreadLimits {
  /** Ms that a client may take to read an answer. */
  readonly unreadTimeoutMs: number;
  /** Of all unread answers together; past it the ones that wait longest are cut off. */
  readonly unreadBytes: number;
}

export interface UnreadAnswers {
  /** An answer was just sent whole. What the system took at once costs nothing. */
  watch(response: ServerResponse): void;
  bytes(): number;
}

interface Unread {
  readonly response: ServerResponse;
  readonly bytes: number;
}

export function createUnreadAnswers({ unreadTimeoutMs, unreadBytes }: UnreadLimits, timer: Timer): UnreadAnswers {
  /** The one that waits longest first. */
  const unread = new Set<Unread>();
  let allBytes = 0;

  const cutOff = (one: Unread): void => {
    forget(one);
    // Not closed but reset: what is in the system's buffers is not waited for either.
    one.response.req.socket.resetAndDestroy();
  };
  const forget = (one: Unread): void => {
    if (unread.delete(one)) allBytes -= one.bytes;
  };

  return {
    watch(response) {
      const bytes = response.writableLength;
      if (bytes === 0 || response.destroyed) return;
      const one: Unread = { response, bytes };
      unread.add(one);
      allBytes += bytes;
      const callOff = timer(unreadTimeoutMs, () => cutOff(one));
      const end = (): void => {
        callOff();
        forget(one);
      };
      response.once('finish', end);
      response.once('close', end);
      for (const oldest of unread) {
        if (allBytes <= unreadBytes) break;
        cutOff(oldest);
      }
    },
    bytes: () => allBytes,
  };
}
