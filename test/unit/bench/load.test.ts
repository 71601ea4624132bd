// Both loads send what they are told to, as often as they say.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { loadByAutocannon } from '../../bench/load/autocannon.ts';
import { type Load, type LoadOptions, NONCE } from '../../bench/load/load.ts';
import { loadByWrk, readWrk } from '../../bench/load/wrk.ts';
import { requireService } from '../../support/service-gate.ts';
import { findService } from '../../support/service-paths.ts';

type Loader = (options: LoadOptions) => Promise<Load>;

/** Bodies in the order in which they came. */
async function seenBy(
  loader: Loader,
  options: Omit<LoadOptions, 'url' | 'seconds'>,
  status = 200,
): Promise<{ readonly load: Load; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      bodies.push(`${request.headers['content-type']} ${body}`);
      response.writeHead(status).end('{"data":{}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    return { load: await loader({ url, seconds: 1, ...options }), bodies };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function loads(loader: Loader): void {
  it('sends one body over and over, as JSON', async () => {
    const { load, bodies } = await seenBy(loader, { bodies: ['{"query":"a"}'], connections: 2, rate: null });
    expect(new Set(bodies)).toEqual(new Set(['application/json {"query":"a"}']));
    expect(load.requestCount).toBeGreaterThan(0);
    expect(load.requestCount).toBeLessThanOrEqual(bodies.length);
    expect(load.failureCount).toBe(0);
  });

  it('sends many bodies in turn', async () => {
    const { bodies } = await seenBy(loader, { bodies: ['{"n":1}', '{"n":2}', '{"n":3}'], connections: 1, rate: null });
    // wrk makes one request at its start that it does not send.
    const sent = bodies.slice(0, 30).map((body) => Number(body.at(-2)));
    sent.slice(1).forEach((n, index) => {
      expect(n).toBe(((sent[index] ?? 0) % 3) + 1);
    });
  });

  it('gives every request a number of its own where the body asks for one', async () => {
    const { bodies } = await seenBy(loader, { bodies: [`{"n":"${NONCE}"}`], connections: 2, rate: null });
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(bodies[0]).toMatch(/^application\/json \{"n":"\d{12}"\}$/);
  });

  it('keeps far below full speed when it is given a rate', async () => {
    const { load } = await seenBy(loader, { bodies: ['{}'], connections: 10, rate: 50 });
    expect(load.requestCount).toBeLessThanOrEqual(100);
  });

  it('counts answers that are no success', async () => {
    const { load } = await seenBy(loader, { bodies: ['{}'], connections: 1, rate: null }, 503);
    expect(load.failureCount).toBeGreaterThan(0);
  });
}

requireService('wrk')('wrk', () => loads((options) => loadByWrk(findService('wrk') ?? 'wrk', options)));
describe('autocannon', () => loads(loadByAutocannon));

it("reads wrk's figures in milliseconds, whatever it writes around them", () => {
  const line =
    'BENCH {"requests":100,"durationUs":2000000,"bytes":5000,"failures":1,"p50Us":1500,"p99Us":2500,"p999Us":3500}';
  expect(readWrk(`Running 2s test\n${line}\n`)).toEqual({
    requestCount: 100,
    seconds: 2,
    requestsPerSecond: 50,
    p50Ms: 1.5,
    p99Ms: 2.5,
    p999Ms: 3.5,
    bytesEach: 50,
    failureCount: 1,
  });
});
