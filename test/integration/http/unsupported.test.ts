// What this gateway does not do is refused with an error that says so: at once, in JSON, and with nothing run.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '../../support/eventually.ts';
import { ask, type Door, openDoor, post } from './door.ts';
import { byGet, persisted } from './transports.ts';

let door: Door;
const QUERY = '{ item(id: 1) { id name } }';
const DEFERRED = '{ item(id: 1) { id ... @defer { name } } }';

beforeAll(async () => {
  door = await openDoor();
});

afterAll(() => door.close());

function told(text: string): { readonly message: string; readonly code: string } {
  const { errors } = JSON.parse(text);
  expect(errors).toHaveLength(1);
  return { message: errors[0].message, code: errors[0].extensions.code };
}

describe('an answer in parts', () => {
  it.each<[string, string, Record<string, string>]>([
    ['@defer', DEFERRED, {}],
    ['@defer', 'query { ...F @defer(label: "x") } fragment F on Query { item(id: 1) { id } }', {}],
    ['@stream', '{ items @stream(initialCount: 1) { id } }', {}],
    ['@defer', DEFERRED, { accept: 'multipart/mixed;deferSpec=20220824, application/json' }],
    ['@defer', DEFERRED, { accept: 'multipart/mixed;incrementalSpec=v0.2;q=0.9, application/graphql-response+json' }],
  ])('by %s is refused by name: %s %o', async (directive, query, headers) => {
    for (const answer of [
      await post(door.server.origin, { query }, headers),
      await byGet(door.server.origin, { query }, { 'apollo-require-preflight': '1', ...headers }),
    ]) {
      expect(answer.status).toBe(400);
      expect(told(answer.text)).toEqual({
        code: 'OPERATION_UNSUPPORTED',
        message: `Expected an operation that is answered whole, got ${directive}: @defer and @stream are not supported.`,
      });
    }
  });

  it('is not registered under a hash', async () => {
    await post(door.server.origin, { query: DEFERRED, extensions: persisted(DEFERRED) });
    const { text } = await post(door.server.origin, { extensions: persisted(DEFERRED) });
    expect(told(text).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('that a client would take beside a whole one comes whole', async () => {
    const accept = 'multipart/mixed;deferSpec=20220824, application/graphql-response+json;q=0.9';
    for (let round = 0; round < 2; round += 1) {
      const answer = await post(door.server.origin, { query: QUERY }, { accept });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
    }
  });

  it('is not what an unknown directive of another name is about', async () => {
    const { status, text } = await post(door.server.origin, { query: '{ items @streamed { id } }' });
    expect(status).toBe(400);
    expect(told(text)).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED', message: 'Unknown directive "@streamed".' });
  });
});

describe('an Accept', () => {
  it.each([
    'multipart/mixed',
    'multipart/mixed;subscriptionSpec="1.0"',
    'text/event-stream',
    'text/csv',
    'application/json;q=0',
  ])('of %s alone is refused with what is supported, and nothing is run', async (accept) => {
    for (const query of [QUERY, 'mutation { rename(id: 1, name: "x") { id } }']) {
      await post(door.server.origin, { query });
      const runs = door.graph.scopes.length;
      const answer = await post(door.server.origin, { query }, { accept });
      expect(answer.status).toBe(406);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(told(answer.text)).toEqual({
        code: 'NOT_ACCEPTABLE',
        message: `Expected an Accept that takes application/json or application/graphql-response+json, got ${accept}. Every answer comes whole: subscriptions, @defer and @stream are not supported`,
      });
      expect(door.graph.scopes.length).toBe(runs);
    }
    const headers = { 'apollo-require-preflight': '1', accept };
    expect(told((await byGet(door.server.origin, { query: QUERY }, headers)).text).code).toBe('NOT_ACCEPTABLE');
  });
});

describe('an upgrade', () => {
  const upgrading = (protocol: string, method = 'GET', body = ''): Promise<string> => {
    const socket = connect(door.server.port, '127.0.0.1');
    let text = '';
    const closed = new Promise<string>((resolve, reject) => {
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(text));
    });
    const entity = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
    const head = `${method} /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade, HTTP2-Settings, close\r\nupgrade: ${protocol}\r\n`;
    socket.write(
      `${head}sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n${entity}\r\n${body}`,
    );
    return within(10_000, 'the connection to be closed', closed);
  };

  it('to WebSocket is refused at once, in words, and the connection is closed', async () => {
    const answer = await upgrading('WebSocket');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(told(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({
      code: 'OPERATION_UNSUPPORTED',
      message:
        'Expected a query or a mutation by POST or GET, got an upgrade to WebSocket: subscriptions are not supported',
    });
  });

  it('to HTTP/2 is not made, and the request is answered as it stands', async () => {
    const answer = await upgrading('h2c', 'POST', JSON.stringify({ query: '{ item(id: 1) { id } }' }));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('{"data":{"item":{"id":"1"}}}');
  });
});

it.each(['application/json; charset=utf-8', 'application/*', 'text/html, application/json;q=0.1', ''])(
  'an Accept of "%s" is no such thing',
  async (accept) => {
    expect((await post(door.server.origin, { query: QUERY }, { accept })).status).toBe(200);
  },
);

it('a page for browsers is still shown', async () => {
  const page = await ask(door.server.origin, { method: 'GET', headers: { accept: 'text/html' } });
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
});
