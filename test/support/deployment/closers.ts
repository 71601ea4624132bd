// What a deployment has to stop, in layers: the one that was begun last goes first, and each as a whole.

export interface Closers {
  /** What is kept from now on is stopped before what was kept so far. */
  layer(): void;
  /** Notes how to stop what is being started, also where what starts beside it fails. */
  kept<Server extends { stop(): Promise<unknown> }>(starting: Promise<Server>): Promise<Server>;
  /** All of it is stopped, whatever fails. @throws {Error} the first failure */
  stop(): Promise<void>;
}

type Close = () => Promise<unknown>;

export function createClosers(): Closers {
  const layers: Close[][] = [[]];
  return {
    layer: () => void layers.push([]),
    kept(starting) {
      layers.at(-1)?.push(async () => (await starting.catch(() => null))?.stop());
      return starting;
    },
    async stop() {
      const failures: unknown[] = [];
      for (const layer of layers.splice(0).reverse()) {
        const results = await Promise.allSettled(layer.map((close) => close()));
        for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
      }
      layers.push([]);
      if (failures.length > 0) throw failures[0];
    },
  };
}
