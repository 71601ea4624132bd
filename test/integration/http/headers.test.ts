// Headers for browsers, caches and other origins; and what is counted of each request.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Door, openDoor, post } from './door.ts';

const STUDIO = 'https://studio.apollographql.com';
const QUERY = '{ item(id: 1) { id } }';
const GET = { method: 'GET', path: `/graphql?query=${encodeURIComponent(QUERY)}` };
const PREFLIGHT = { 'apollo-require-preflight': '1' };
let door: Door;

beforeAll(async () => {
  door = await openDoor({ yaml: 'headers: { X-Tenant: { forward: ["*"], key: value } }' });
});

afterAll(() => door.close());

describe('Cache-Control', () => {
  it('is no-store for an answer that nobody may keep, on both roads', async () => {
    door.graph.lifetime = null;
    for (const _road of ['slow', 'short']) {
      const { headers } = await post(door.server.origin, { query: QUERY });
      expect(headers['cache-control']).toBe('no-store');
      expect(headers).not.toHaveProperty('age');
    }
  });

  it('is no-store for an answer with an error, whatever the rest of it may', async () => {
    door.graph.lifetime = { maxAgeMs: 60_000, scope: 'public', ageMs: 0 };
    for (const _road of ['slow', 'short']) {
      const { headers } = await post(door.server.origin, { query: '{ broken item(id: 1) { id } }' });
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('counts whole seconds, rounded towards less, never below none', async () => {
    door.graph.lifetime = { maxAgeMs: 4_999, scope: 'public', ageMs: 1_999 };
    const some = await post(door.server.origin, { query: QUERY });
    expect(some.headers).toMatchObject({ 'cache-control': 'max-age=4, public', age: '1' });
    door.graph.lifetime = { maxAgeMs: -1, scope: 'public', ageMs: -1 };
    const none = await post(door.server.origin, { query: QUERY });
    expect(none.headers).toMatchObject({ 'cache-control': 'max-age=0, public', age: '0' });
  });
});

describe('ETag', () => {
  it('lets whoever has the answer already get 304, by GET alone', async () => {
    door.graph.lifetime = { maxAgeMs: 5_000, scope: 'public', ageMs: 0 };
    const first = await ask(door.server.origin, { ...GET, headers: PREFLIGHT });
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(first.headers.vary).toBe('accept, accept-encoding, origin, x-tenant');
    for (const known of [String(etag), `"other", W/${etag}`, '*']) {
      const again = await ask(door.server.origin, { ...GET, headers: { ...PREFLIGHT, 'if-none-match': known } });
      expect(again.status).toBe(304);
      expect(again.text).toBe('');
      expect(again.headers).toEqual({ 'cache-control': 'max-age=5, public', age: '0', vary: first.headers.vary, etag });
    }
    const changed = await ask(door.server.origin, { ...GET, headers: { ...PREFLIGHT, 'if-none-match': '"other"' } });
    expect(changed).toEqual(first);
    const posted = await post(door.server.origin, { query: QUERY }, { 'if-none-match': '*' });
    expect(posted.status).toBe(200);
    expect(posted.headers).not.toHaveProperty('etag');
  });

  it('differs between media types of the same answer', async () => {
    door.graph.lifetime = { maxAgeMs: 5_000, scope: 'public', ageMs: 0 };
    const one = await ask(door.server.origin, { ...GET, headers: PREFLIGHT });
    const other = await ask(door.server.origin, {
      ...GET,
      headers: { ...PREFLIGHT, accept: 'application/graphql-response+json' },
    });
    expect(other.text).toBe(one.text);
    expect(other.headers.etag).not.toBe(one.headers.etag);
  });

  it('is not given to an answer that nobody may keep', async () => {
    door.graph.lifetime = null;
    const answer = await ask(door.server.origin, { ...GET, headers: { ...PREFLIGHT, 'if-none-match': '*' } });
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('etag');
  });
});

describe('CORS', () => {
  it('lets Studio ask with its own headers, outside production', async () => {
    const preflight = await ask(door.server.origin, {
      method: 'OPTIONS',
      headers: {
        origin: STUDIO,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,apollo-cache-debugging',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toEqual({
      vary: 'Origin, Access-Control-Request-Headers',
      'access-control-allow-origin': STUDIO,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type,apollo-cache-debugging',
      'access-control-max-age': '7200',
    });
    const { headers } = await post(door.server.origin, { query: QUERY }, { origin: STUDIO });
    expect(headers).toMatchObject({ 'access-control-allow-origin': STUDIO, vary: 'Origin' });
  });

  it('lets no other origin, and in production not even Studio', async () => {
    const other = await post(door.server.origin, { query: QUERY }, { origin: 'https://evil.example' });
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
    const preflight = await ask(door.server.origin, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
    const production = await openDoor({ env: { NODE_ENV: 'production' } });
    const studio = await post(production.server.origin, { query: QUERY }, { origin: STUDIO });
    expect(studio.headers).not.toHaveProperty('access-control-allow-origin');
    await production.close();
  });

  it('names the origin and allows cookies where configured', async () => {
    const open = await openDoor({ yaml: 'cors: { origins: ["https://a.example"], credentials: true }' });
    const { headers } = await post(open.server.origin, { query: QUERY }, { origin: 'https://a.example' });
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-credentials': 'true',
    });
    await open.close();
    const everyone = await openDoor({ yaml: 'cors: { origins: ["*"] }' });
    const any = await post(everyone.server.origin, { query: QUERY }, { origin: 'https://b.example' });
    expect(any.headers['access-control-allow-origin']).toBe('*');
    await everyone.close();
  });

  it('lets a script of an allowed origin read why it was refused', async () => {
    const answer = await ask(door.server.origin, {
      headers: { origin: STUDIO, 'content-type': 'application/json' },
      body: 'no JSON',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['access-control-allow-origin']).toBe(STUDIO);
  });
});

describe('production', () => {
  it('hides the schema and the names that are near a wrong one', async () => {
    const production = await openDoor({ env: { NODE_ENV: 'production' } });
    const schema = await post(production.server.origin, { query: '{ __schema { queryType { name } } }' });
    expect(schema.status).toBe(400);
    const slip = await post(production.server.origin, { query: '{ itm(id: 1) { id } }' });
    expect(slip.text).not.toContain('item');
    await production.close();
  });
});

describe('freshet_responses_total', () => {
  it('counts each answer once by source and outcome, and introspection not at all', async () => {
    const counted = await openDoor();
    const { origin } = counted.server;
    await post(origin, { query: QUERY });
    await post(origin, { query: QUERY });
    await post(origin, { query: '{ broken }' });
    await post(origin, { query: '{ nothing }' });
    await post(origin, { query: '{ defect }' });
    await post(origin, { query: '{ __schema { queryType { name } } }' });
    await ask(origin, { method: 'GET', headers: { accept: 'text/html' } });
    await ask(origin, { method: 'GET', path: '/health' });
    const { text } = await counted.metrics.scrape();
    await counted.close();
    const lines = text.split('\n').filter((line) => line.startsWith('freshet_responses_total{'));
    expect(lines.sort()).toEqual([
      'freshet_responses_total{source="entries",outcome="errors"} 1',
      'freshet_responses_total{source="entries",outcome="ok"} 2',
      'freshet_responses_total{source="none",outcome="failed"} 1',
      'freshet_responses_total{source="none",outcome="refused"} 1',
    ]);
  });
});
