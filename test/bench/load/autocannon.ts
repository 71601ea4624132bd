// autocannon as the load, where there is no wrk. It takes several times as much of the core that it shares with the subgraphs.

import autocannon from 'autocannon';
import { firstNonce, firstPlace, type Load, type LoadOptions, NONCE } from './load.ts';

export async function loadByAutocannon({ url, bodies, seconds, connections, rate }: LoadOptions): Promise<Load> {
  let place = firstPlace(bodies);
  let nonce = firstNonce();
  const next = (): string => {
    const body = bodies[place++ % bodies.length] ?? '';
    if (!body.includes(NONCE)) return body;
    nonce += 1;
    return body.replace(NONCE, String(nonce).padStart(NONCE.length, '0'));
  };
  const isVaried = bodies.length > 1 || bodies.some((body) => body.includes(NONCE));
  const varied: autocannon.Request = { setupRequest: (request) => ({ ...request, body: next() }) };
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(isVaried ? { requests: [varied] } : { body: next() }),
    connections,
    duration: Math.max(1, Math.round(seconds)),
    ...(rate === null ? {} : { overallRate: Math.max(1, Math.round(rate)) }),
  });
  const { requests, latency, non2xx, errors, throughput } = result;
  return {
    requestCount: requests.total,
    seconds: result.duration,
    requestsPerSecond: requests.total / result.duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    p999Ms: latency.p99_9,
    bytesEach: throughput.total / Math.max(1, requests.total),
    failureCount: non2xx + errors,
  };
}
