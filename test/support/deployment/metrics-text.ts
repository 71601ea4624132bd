// Reads Prometheus' text format: what a gateway says at /metrics.

export interface Metrics {
  /** Sum over all series of the name whose labels are these, and any others. 0 where there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
  /** Names of series that have a value, with their labels, as they stand in the text. */
  readonly text: string;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function readMetrics(text: string): Metrics {
  const byName = new Map<string, Series[]>();
  for (const line of text.split('\n')) {
    const [, name, labelText = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const labels = Object.fromEntries([...labelText.matchAll(LABEL)].map(([, label, held]) => [label, held]));
    const series = { labels, value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) };
    byName.set(name, [...(byName.get(name) ?? []), series]);
  }
  return {
    text,
    sum: (name, labels = {}) =>
      (byName.get(name) ?? [])
        .filter((series) => Object.entries(labels).every(([label, held]) => series.labels[label] === held))
        .reduce((sum, { value }) => sum + value, 0),
  };
}
