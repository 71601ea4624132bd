// Supergraphs that are in force no more: requests that were validated for one may still have to be planned by it.

import type { Timer } from '../clock.ts';

export interface Retired {
  add(supergraph: Closable): void;
  /** Closes all that are left. */
  close(): void;
}

interface Closable {
  close(): void;
}

/** Ms from a reload. A request is planned within the planner's own limit of 10 s, and again where its conditions differ. */
const KEPT_MS = 30_000;

export function createRetired(timer: Timer): Retired {
  const kept = new Map<Closable, () => void>();
  return {
    add(supergraph) {
      const cancel = timer(KEPT_MS, () => {
        kept.delete(supergraph);
        supergraph.close();
      });
      kept.set(supergraph, cancel);
    },
    close() {
      for (const [supergraph, cancel] of kept) {
        cancel();
        supergraph.close();
      }
      kept.clear();
    },
  };
}
