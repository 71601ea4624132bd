// Where our answers came from, by our own metrics: a row says "from L1 entries" only when they did.

/** Responses so far by source, such as `finished`. */
export type AnswerSources = ReadonlyMap<string, number>;

export async function readAnswerSources(metricsUrl: string | null): Promise<AnswerSources | null> {
  if (metricsUrl === null) return null;
  const text = await (await fetch(metricsUrl)).text();
  const sources = new Map<string, number>();
  for (const [, labels = '', value] of text.matchAll(/^freshet_responses_total\{([^}]*)\} (\S+)$/gm)) {
    const source = /source="([^"]*)"/.exec(labels)?.[1] ?? '';
    sources.set(source, (sources.get(source) ?? 0) + Number(value));
  }
  return sources;
}

/** Shares of what came since, largest first, none below one in a hundred: `finished 100 %`. */
export function describeSources(before: AnswerSources | null, after: AnswerSources | null): string | null {
  if (before === null || after === null) return null;
  const counts = [...after].map(([source, count]) => [source, count - (before.get(source) ?? 0)] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts
    .filter(([, count]) => count / Math.max(1, total) >= 0.01)
    .sort(([, a], [, b]) => b - a)
    .map(([source, count]) => `${source} ${Math.round((count / total) * 100)} %`)
    .join(', ');
}
