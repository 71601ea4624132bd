// The management port: metrics, health, readiness, and the wire form of POST /invalidation.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import { createManagement, type InvalidationOutcome, type Status } from '../../../gateway/http/management.ts';
import { type OpenServer, openServer } from '../../../gateway/http/open-server.ts';
import { createMetrics } from '../../../gateway/telemetry/metrics.ts';
import { ask, type RawRequest } from './door.ts';

const KEY = 'the shared key';
const PLACE = { name: 'management', host: '127.0.0.1', port: 0, setting: '--management-port N' };
let server: OpenServer;
let status: Status = { state: 'ready', reasons: [] };
let outcome: InvalidationOutcome | GatewayError = { kind: 'published', count: 1 };
let asked: { body: unknown; mode: string }[] = [];

beforeAll(async () => {
  const metrics = createMetrics();
  const handler = createManagement({
    metrics,
    status: () => status,
    invalidationKey: KEY,
    async invalidate(body, mode) {
      asked.push({ body, mode });
      if (outcome instanceof GatewayError) throw outcome;
      return outcome;
    },
  });
  server = await openServer(PLACE, handler, (error) => {
    throw error;
  });
});

beforeEach(() => {
  asked = [];
  outcome = { kind: 'published', count: 1 };
});

afterAll(() => server.drain({ delayMs: 0, timeoutMs: 1_000 }));

function invalidate(body: string, more: Partial<RawRequest> & { headers?: Record<string, string> } = {}) {
  const headers = { authorization: KEY, 'content-type': 'application/json', ...more.headers };
  return ask(server.origin, { path: '/invalidation', body, ...more, headers });
}

const ELEMENT = '[{"kind":"subgraph","subgraph":"accounts"}]';

describe('POST /invalidation', () => {
  it('answers 202 with the count of what it published', async () => {
    outcome = { kind: 'published', count: 3 };
    expect(await invalidate(ELEMENT)).toMatchObject({ status: 202, text: '{"count":3}\n' });
    expect(asked).toEqual([{ body: [{ kind: 'subgraph', subgraph: 'accounts' }], mode: 'publish' }]);
  });

  it.each([
    [{}, 'Missing authorization header'],
    [{ authorization: '' }, 'Invalid authorization header'],
    [{ authorization: `${KEY} x` }, 'Invalid authorization header'],
    [{ authorization: `Bearer ${KEY}` }, 'Invalid authorization header'],
  ])('refuses the key %j with 401, and asks nobody', async (headers, message) => {
    const answer = await ask(server.origin, {
      path: '/invalidation',
      headers: { 'content-type': 'application/json', ...headers },
      body: ELEMENT,
    });
    expect(answer).toMatchObject({
      status: 401,
      text: `{"errors":[{"message":"${message}","extensions":{"code":"401 Unauthorized"}}]}\n`,
    });
    expect(asked).toEqual([]);
  });

  it('answers 400 with the index of each bad element', async () => {
    outcome = {
      kind: 'invalid',
      problems: [
        { index: 1, message: 'expected a kind, got "x"' },
        { index: null, message: 'expected an array' },
      ],
    };
    const answer = await invalidate(ELEMENT);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({
      errors: [
        { message: 'Element 1: expected a kind, got "x"', extensions: { code: 'INVALIDATION_INVALID', index: 1 } },
        { message: 'expected an array', extensions: { code: 'INVALIDATION_INVALID' } },
      ],
    });
  });

  it.each([
    ['bad JSON', '[', {}, 400],
    ['no body', '', {}, 400],
    ['another type', ELEMENT, { 'content-type': 'text/plain' }, 400],
    ['a body over 4 MiB', `"${'x'.repeat(4 * 1024 * 1024)}"`, {}, 413],
  ])('refuses %s, and asks nobody', async (_what, body, headers, expected) => {
    expect((await invalidate(body, { headers })).status).toBe(expected);
    expect(asked).toEqual([]);
  });

  it('answers 503 when the log cannot be reached', async () => {
    outcome = new GatewayError('PURGE_LOG_UNREACHABLE', 'Expected the purge log to take the purge, it did not');
    const answer = await invalidate(ELEMENT);
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(answer.text).toContain('PURGE_LOG_UNREACHABLE');
  });

  it('answers 405 to other methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await invalidate('', { method });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    }
  });

  it('only looks with dry_run, and not with dry_run=0', async () => {
    outcome = { kind: 'previewed', found: { elements: [7] } };
    expect(await invalidate(ELEMENT, { path: '/invalidation?dry_run=1' })).toMatchObject({
      status: 200,
      text: '{"elements":[7]}\n',
    });
    await invalidate(ELEMENT, { path: '/invalidation?dry_run=0' });
    expect(asked.map(({ mode }) => mode)).toEqual(['dry-run', 'publish']);
  });

  it('is off without a key, whatever is sent', async () => {
    const off = await openServer(
      PLACE,
      createManagement({
        metrics: createMetrics(),
        status: () => status,
        invalidationKey: null,
        invalidate: () => Promise.reject(new Error('asked')),
      }),
      () => undefined,
    );
    const answer = await ask(off.origin, {
      path: '/invalidation',
      headers: { 'content-type': 'application/json', authorization: '' },
      body: ELEMENT,
    });
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('set INVALIDATION_KEY or purge.invalidationKey');
    await off.drain({ delayMs: 0, timeoutMs: 0 });
  });
});

describe('health', () => {
  it.each([
    ['starting', 503],
    ['ready', 200],
    ['degraded', 200],
    ['draining', 503],
  ] as const)('/readyz says %s with %i and why', async (state, expected) => {
    status = { state, reasons: ['shard a is down'] };
    const answer = await ask(server.origin, { method: 'GET', path: '/readyz' });
    expect(answer.status).toBe(expected);
    expect(JSON.parse(answer.text)).toEqual({ state, reasons: ['shard a is down'] });
    expect((await ask(server.origin, { method: 'GET', path: '/health' })).status).toBe(200);
  });

  it('/metrics speaks Prometheus, other paths and methods are refused', async () => {
    const metrics = await ask(server.origin, { method: 'GET', path: '/metrics' });
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(metrics.text).toContain('# TYPE freshet_cache_reads_total counter');
    expect((await ask(server.origin, { method: 'GET', path: '/' })).status).toBe(404);
    expect(await ask(server.origin, { method: 'POST', path: '/metrics' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    });
  });
});
