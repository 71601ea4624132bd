// Decides whether a shard is asked at all: after failures in a row it is left alone for a while, then tried with one call.

export type BreakerState =
  | { readonly kind: 'closed'; readonly failureCount: number }
  | { readonly kind: 'open'; readonly untilMs: number; readonly pauseMs: number }
  /** One call is on its way to find out; the others are not sent. */
  | { readonly kind: 'half-open'; readonly pauseMs: number };

export interface Breaker {
  readonly state: BreakerState;
  /** May a call be sent now? A yes in the half-open state is the probe: its outcome must be told. */
  admits(nowMs: number): boolean;
  succeeded(): void;
  failed(nowMs: number): void;
  /** Something speaks for the shard, such as a new connection: do not wait out the pause. */
  tryNow(): void;
}

export interface BreakerLimits {
  /** Failures in a row that open it. Default 5: with the 50 ms deadline a frozen shard costs a few callers one deadline each. */
  readonly failureCount?: number;
  /** The first pause, in ms; it doubles with each probe that fails. Default 250. */
  readonly firstPauseMs?: number;
  /** Default 2,000. */
  readonly longestPauseMs?: number;
}

/** Times are ms of one monotonic clock. */
export function createBreaker(limits: BreakerLimits = {}): Breaker {
  const { failureCount = 5, firstPauseMs = 250, longestPauseMs = 2_000 } = limits;
  let state: BreakerState = CLOSED;
  const open = (nowMs: number, pauseMs: number): void => {
    state = { kind: 'open', untilMs: nowMs + pauseMs, pauseMs };
  };
  return {
    get state() {
      return state;
    },
    admits(nowMs) {
      switch (state.kind) {
        case 'closed':
          return true;
        case 'half-open':
          return false;
        case 'open':
          if (nowMs < state.untilMs) return false;
          state = { kind: 'half-open', pauseMs: state.pauseMs };
          return true;
      }
    },
    succeeded() {
      // An answer that was sent before the breaker opened says nothing about now.
      if (state.kind !== 'open') state = CLOSED;
    },
    failed(nowMs) {
      switch (state.kind) {
        case 'closed': {
          const count = state.failureCount + 1;
          if (count >= failureCount) open(nowMs, firstPauseMs);
          else state = { kind: 'closed', failureCount: count };
          return;
        }
        case 'half-open':
          open(nowMs, Math.min(state.pauseMs * 2, longestPauseMs));
          return;
        case 'open':
          return;
      }
    },
    tryNow() {
      if (state.kind === 'open') state = { ...state, untilMs: Number.NEGATIVE_INFINITY };
    },
  };
}

const CLOSED: BreakerState = { kind: 'closed', failureCount: 0 };
