// Who may ask one subgraph now, who waits for a turn, and who is sent away: a subgraph that is slow must not fill the memory.

export interface TurnLimits {
  /** Requests at a time. */
  readonly runningCount: number;
  /** Requests that wait for one of those to end. */
  readonly waitingCount: number;
  /** Ms that one may wait. */
  readonly waitMs: number;
}

/** `go`: whoever got it calls `end` once. `full`, `late`: too many wait, or it waited too long. */
export type Turn = 'go' | 'full' | 'late' | 'abandoned';

export interface Turns {
  /** First come, first served. @param abandon ends the waiting; null: nothing does */
  take(abandon: AbortSignal | null): Turn | Promise<Turn>;
  end(): void;
}

export function createTurns({ runningCount, waitingCount, waitMs }: TurnLimits): Turns {
  let running = 0;
  /** In the order in which they came. */
  const waiting = new Set<(turn: Turn) => void>();

  const wait = (abandon: AbortSignal | null): Promise<Turn> =>
    new Promise((resolve) => {
      const settle = (turn: Turn): void => {
        waiting.delete(settle);
        clearTimeout(timer);
        abandon?.removeEventListener('abort', onAbandon);
        resolve(turn);
      };
      const onAbandon = (): void => settle('abandoned');
      const timer = setTimeout(() => settle('late'), waitMs);
      abandon?.addEventListener('abort', onAbandon);
      waiting.add(settle);
    });

  return {
    take(abandon) {
      if (abandon?.aborted) return 'abandoned';
      if (running < runningCount) {
        running += 1;
        return 'go';
      }
      return waiting.size < waitingCount ? wait(abandon) : 'full';
    },
    end() {
      const [next] = waiting;
      // The turn goes from one to the other.
      if (next === undefined) running -= 1;
      else next('go');
    },
  };
}
