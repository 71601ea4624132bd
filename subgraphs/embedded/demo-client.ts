// Asks the gateway and says how long it took and how many requests to subgraphs it cost.

export interface TimedAnswer {
  readonly body: string;
  readonly tookMs: number;
  readonly originRequestCount: number;
}

/** @throws {Error} when the answer has errors */
export async function askTimed(
  url: string,
  metricsUrl: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<TimedAnswer> {
  const before = await originRequests(metricsUrl);
  const beganAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.text();
  const tookMs = performance.now() - beganAt;
  if (!response.ok || body.startsWith('{"errors"'))
    throw new Error(`expected an answer without errors, got ${response.status}: ${body.slice(0, 300)}`);
  return { body, tookMs, originRequestCount: (await originRequests(metricsUrl)) - before };
}

async function originRequests(metricsUrl: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  let count = 0;
  for (const [, value = '0'] of text.matchAll(/^freshet_origin_requests_total\{[^}]*\} (\S+)$/gm))
    count += Number(value);
  return count;
}
