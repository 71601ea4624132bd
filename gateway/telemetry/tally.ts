// Counts by labels in plain numbers, cheap enough for every read of the cache; a counter of prom-client takes them over at each scrape.

import { Counter, type Registry } from 'prom-client';
import { METRICS, type MetricName } from './metric-table.ts';

/** Adds to the count under these label values, as many as the metric has labels, in their order. */
export type Tally = (count: number, ...labels: readonly string[]) => void;

interface Branch {
  readonly below: Map<string, Branch>;
  count: number;
}

/** prom-client hashes the labels at every increment (1 µs); this is one map lookup a label. */
export function createTally(registry: Registry, name: MetricName): Tally {
  const { help, labels: labelNames } = METRICS[name];
  const root: Branch = { below: new Map(), count: 0 };
  new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, count] of leaves(root, labelNames, {})) this.inc(labels, count);
    },
  });
  return (count, ...labels) => {
    let branch = root;
    for (const label of labels) {
      let next = branch.below.get(label);
      if (next === undefined) {
        next = { below: new Map(), count: 0 };
        branch.below.set(label, next);
      }
      branch = next;
    }
    branch.count += count;
  };
}

function* leaves(
  branch: Branch,
  names: readonly string[],
  labels: Readonly<Record<string, string>>,
): Generator<[Record<string, string>, number]> {
  const [name, ...rest] = names;
  if (name === undefined) yield [{ ...labels }, branch.count];
  else for (const [label, below] of branch.below) yield* leaves(below, rest, { ...labels, [name]: label });
}
