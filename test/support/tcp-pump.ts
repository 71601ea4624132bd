// Moves bytes one way between two sockets for the TCP proxy, holding them back while the link is slow or silent.
import type { Socket } from 'node:net';

/** What the link does to chunks now. */
export type LinkState =
  | { readonly kind: 'flowing' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'silent' };

export interface Pump {
  /** The link's state has changed: deliver what may go now. */
  drain(): void;
}

/** The end of the stream waits in the same queue, so that it comes after the data. */
interface Held {
  readonly chunk: Buffer | 'end';
  readonly dueAt: number;
}

// A real link's buffers are finite too: past this the sender is not read, and blocks.
const HELD_MAX_BYTES = 4 * 1024 * 1024;

/** Starts moving. @param link asked for each chunk. @param passed told of delivered bytes. */
export function startPump(from: Socket, to: Socket, link: () => LinkState, passed: (bytes: number) => void): Pump {
  const held: Held[] = [];
  let heldBytes = 0;
  let timer: NodeJS.Timeout | undefined;

  const deliver = (chunk: Buffer | 'end'): void => {
    if (chunk === 'end') {
      to.end();
      return;
    }
    heldBytes -= chunk.length;
    passed(chunk.length);
    to.write(chunk);
  };
  const drain = (): void => {
    clearTimeout(timer);
    for (let next = held[0]; next !== undefined && link().kind !== 'silent' && !to.destroyed; next = held[0]) {
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(drain, waitMs);
        break;
      }
      held.shift();
      deliver(next.chunk);
    }
    if (heldBytes < HELD_MAX_BYTES && to.writableLength < HELD_MAX_BYTES) from.resume();
  };
  const take = (chunk: Buffer | 'end'): void => {
    const state = link();
    held.push({ chunk, dueAt: state.kind === 'slow' ? performance.now() + state.delayMs : 0 });
    if (chunk !== 'end') heldBytes += chunk.length;
    if (heldBytes >= HELD_MAX_BYTES || to.writableLength >= HELD_MAX_BYTES) from.pause();
    drain();
  };
  from.on('data', take);
  from.on('end', () => take('end'));
  to.on('drain', drain);
  to.on('close', () => clearTimeout(timer));
  return { drain };
}
