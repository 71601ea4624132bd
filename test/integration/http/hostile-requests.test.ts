// Requests that no client should send: refused clearly, quickly, and with nobody else harmed.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { depthRule } from '../../../gateway/http/depth-rule.ts';
import { readBody } from '../../../gateway/http/request-body.ts';
import { eventually, within } from '../../support/eventually.ts';
import { ask, type Door, openDoor, post } from './door.ts';

let door: Door;
const QUERY = 'query ($t: String, $j: JSON) { echo(text: $t, json: $j) { text json } }';
const JSON_HEADERS = { 'content-type': 'application/json' };

beforeAll(async () => {
  door = await openDoor({ yaml: 'limits: { bodyBytes: 64KiB, tokens: 1000 }' });
});

afterAll(() => door.close());

function code(text: string): unknown {
  return JSON.parse(text).errors[0].extensions.code;
}

describe('a body', () => {
  it('larger than the limit is refused with 413, announced or not, and the connection lives on', async () => {
    const large = JSON.stringify({ query: QUERY, variables: { t: 'x'.repeat(1_000_000) } });
    const announced = await ask(door.server.origin, { headers: JSON_HEADERS, body: large });
    expect(announced.status).toBe(413);
    expect(code(announced.text)).toBe('BODY_TOO_LARGE');
    expect(announced.text).toContain('at most 65536 bytes (limits.bodyBytes)');
    const chunked = await ask(door.server.origin, {
      headers: { ...JSON_HEADERS, 'transfer-encoding': 'chunked' },
      body: large,
    });
    expect(chunked.status).toBe(413);
  });

  it('that is announced as enormous is refused without being read', async () => {
    const socket = connect(door.server.port, '127.0.0.1');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999999999\r\n\r\n{`,
    );
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8');
    });
    await within(10_000, 'the connection to be closed', new Promise((resolve) => socket.once('close', resolve)));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('of just the limit is taken', async () => {
    const around = JSON.stringify({ query: QUERY, variables: { t: '' } }).length;
    const { status } = await post(door.server.origin, { query: QUERY, variables: { t: 'x'.repeat(65_536 - around) } });
    expect(status).toBe(200);
    const { status: over } = await post(door.server.origin, {
      query: QUERY,
      variables: { t: 'x'.repeat(65_537 - around) },
    });
    expect(over).toBe(413);
  });

  it.each([
    ['that is no JSON', Buffer.from('{"query": }'), 'Expected a body in JSON'],
    ['that ends too early', Buffer.from('{"query": "{ item'), 'Expected a body in JSON'],
    ['in bad UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'Expected a body in UTF-8'],
  ])('%s is refused with 400', async (_what, body, message) => {
    const answer = await ask(door.server.origin, { headers: JSON_HEADERS, body });
    expect(answer.status).toBe(400);
    expect(code(answer.text)).toBe('BAD_REQUEST');
    expect(answer.text).toContain(message);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['a charset other than UTF-8', { 'content-type': 'application/json; charset=latin1' }, 'charset latin1'],
    ['compression', { ...JSON_HEADERS, 'content-encoding': 'gzip' }, 'content-encoding gzip'],
  ])('with %s is refused with 415', async (_what, headers, message) => {
    const answer = await ask(door.server.origin, { headers, body: '{}' });
    expect(answer.status).toBe(415);
    expect(answer.text).toContain(message);
  });

  it.each(['application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"', 'application/json; profile=x'])(
    'of type %s is taken',
    async (type) => {
      const answer = await ask(door.server.origin, {
        headers: { 'content-type': type },
        body: `\ufeff${JSON.stringify({ query: '{ item(id: 1) { id } }' })}`,
      });
      expect(answer.text).toBe('{"data":{"item":{"id":"1"}}}\n');
    },
  );

  it('of another type, and none at all, get the words of Apollo Server', async () => {
    const other = await ask(door.server.origin, {
      headers: { 'content-type': 'application/graphql' },
      body: '{ item }',
    });
    const none = await ask(door.server.origin, { headers: JSON_HEADERS });
    for (const answer of [other, none]) {
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('POST body missing, invalid Content-Type, or JSON object has no keys.');
    }
  });
});

describe('prototype keys', () => {
  it('are plain keys in variables, on both roads, and change no prototype', async () => {
    const body = `{"query":${JSON.stringify(QUERY)},"variables":{"j":{"__proto__":{"polluted":1},"constructor":{"x":1}},"__proto__":{"t":"x"}}}`;
    const cold = await ask(door.server.origin, { headers: JSON_HEADERS, body });
    const known = await ask(door.server.origin, { headers: JSON_HEADERS, body });
    expect(cold.text).toBe(
      '{"data":{"echo":{"text":null,"json":{"__proto__":{"polluted":1},"constructor":{"x":1}}}}}\n',
    );
    expect(known.text).toBe(cold.text);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('are no way to hide a persisted query from Apollo Server', async () => {
    const hidden = `{"query":"{ item(id: 1) { id } }","extensions":{"__proto__":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}}`;
    const { status } = await ask(door.server.origin, { headers: JSON_HEADERS, body: hidden });
    expect(status).toBe(200);
  });
});

describe('an operation', () => {
  it.each<[string, string]>([
    ['of too many tokens', `{ ${Array.from({ length: 400 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
    ['that is nested a hundred thousand deep', '{a'.repeat(30_000)],
    ['with fragments that go in circles', 'query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['with a hundred directives', `{ __typename ${'@skip(if: false) '.repeat(100)} }`],
  ])('%s is refused with 400', async (_what, query) => {
    const { status, text } = await post(door.server.origin, { query });
    expect(status).toBe(400);
    expect(JSON.parse(text).errors.length).toBeGreaterThan(0);
  });

  it.each([
    ['levels', (levels: number) => `{ item(id: 1) { ${'self { '.repeat(levels - 2)} id ${'}'.repeat(levels - 2)} } }`],
    [
      'inline fragments',
      (levels: number) => `{ item(id: 1) { ${'... { '.repeat(levels - 2)} id ${'}'.repeat(levels - 2)} } }`,
    ],
    [
      'fragments that spread one another',
      (levels: number) =>
        `{ item(id: 1) { ...F2 } } ${Array.from({ length: levels - 2 }, (_, index) => `fragment F${index + 2} on Item { self { ...F${index + 3} } }`).join(' ')} fragment F${levels} on Item { id }`,
    ],
  ])('is taken with a hundred %s and refused with more, by the name of the limit', async (_what, nested) => {
    const deep = await openDoor();
    const { status } = await post(deep.server.origin, { query: nested(100) });
    expect(status).toBe(200);
    for (const levels of [101, 150, 400]) {
      const { status, text } = await post(deep.server.origin, { query: nested(levels) });
      expect(status).toBe(400);
      expect(text).toContain('Expected an operation of at most 100 levels (limits.depth), got a deeper one.');
    }
    for (const levels of [1_000, 2_000, 5_000]) {
      const { status } = await post(deep.server.origin, { query: nested(levels) });
      expect(status, String(levels)).toBe(400);
    }
    expect(deep.defects).toEqual([]);
    await deep.close();
  });

  it('whose fragments multiply is looked at once for each level', async () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Item { ...F${index + 1} self { ...F${index + 1} } }`,
    );
    const query = `{ item(id: 1) { ...F0 } } ${fragments.join(' ')} fragment F60 on Item { id }`;
    const errors = validate(door.graph.schema, parse(query), [depthRule(62)]);
    expect(errors.map(({ message }) => message)).toEqual([]);
    expect(validate(door.graph.schema, parse(query), [depthRule(61)])).toHaveLength(1);
  });

  it('whose fragments spread one another in a long chain is taken up to 500 of them, and refused with more', async () => {
    const deep = await openDoor();
    const chain = (length: number): string =>
      `{ item(id: 1) { ...F1 } } ${Array.from({ length: length - 1 }, (_, index) => `fragment F${index + 1} on Item { ...F${index + 2} }`).join(' ')} fragment F${length} on Item { id }`;
    expect((await post(deep.server.origin, { query: chain(500) })).status).toBe(200);
    for (const length of [501, 1_000, 1_650]) {
      const { status, text } = await post(deep.server.origin, { query: chain(length) });
      expect(status).toBe(400);
      expect(text).toContain('Expected fragments that spread one another at most 500 deep, got a longer chain.');
    }
    expect(deep.defects).toEqual([]);
    await deep.close();
  });

  it.each([
    ['a float', '{ echo(json: 1e400) { text } }', '1e400'],
    ['one below zero, in a list', '{ echo(json: [-1e400]) { text } }', '-1e400'],
    ['a default', 'query ($f: JSON = 1e309) { echo(json: $f) { text } }', '1e309'],
    ['an integer', `{ echo(json: ${'9'.repeat(400)}) { text } }`, '9'.repeat(40)],
  ])('with %s that no double can hold is refused by the number', async (_what, query, shown) => {
    const { status, text } = await post(door.server.origin, { query });
    expect(status).toBe(400);
    expect(JSON.parse(text).errors).toMatchObject([
      { message: `Expected a number that a double can hold, got ${shown}.` },
    ]);
  });

  it('with the largest and the smallest double is taken', async () => {
    const query = '{ echo(json: [1.7976931348623157e308, 5e-324]) { json } }';
    expect((await post(door.server.origin, { query })).text).toContain('[1.7976931348623157e+308,5e-324]');
  });

  it('in a batch is refused by name', async () => {
    const { status, text } = await post(door.server.origin, [{ query: '{ item(id: 1) { id } }' }]);
    expect(status).toBe(400);
    expect(text).toContain('Operation batching disabled.');
  });
});

describe('a connection', () => {
  it('that breaks off in the middle of a body ends the reading', async () => {
    const reading = Promise.withResolvers<{ readonly body: Promise<unknown> }>();
    const server = createServer((request) => reading.resolve({ body: readBody(request, 1_000) }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    const { body } = await reading.promise;
    socket.destroy();
    expect(await within(10_000, 'the reading to end', body)).toBeNull();
    await new Promise((resolve) => server.close(resolve));
  });

  it('that breaks off in the middle of a body harms nobody', async () => {
    const socket = connect(door.server.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"',
    );
    socket.destroy();
    const { status } = await post(door.server.origin, { query: '{ item(id: 1) { id } }' });
    expect(status).toBe(200);
    expect(door.defects).toEqual([]);
  });

  it('that is closed by the client ends the work for it', async () => {
    let stopped: unknown;
    const waiting = await openDoor({
      slow: (scope) =>
        new Promise((_resolve, reject) => {
          scope.signal.addEventListener('abort', () => {
            stopped = scope.signal.reason;
            reject(new Error('aborted'));
          });
        }),
    });
    try {
      const aborter = new AbortController();
      const asked = fetch(`${waiting.server.origin}/graphql`, {
        method: 'POST',
        headers: JSON_HEADERS,
        body: JSON.stringify({ query: '{ slow }' }),
        signal: aborter.signal,
      });
      await eventually(() => waiting.graph.scopes.length === 1, { what: 'the operation to run' });
      aborter.abort();
      await expect(asked).rejects.toThrow();
      await eventually(() => stopped !== undefined, { what: 'the abort signal' });
      expect(String(stopped)).toContain('The client closed the connection');
    } finally {
      await waiting.close();
    }
  });

  it('whose answer was sent whole aborts nothing', async () => {
    const signals: AbortSignal[] = [];
    const seen = await openDoor({
      slow: async (scope) => {
        signals.push(scope.signal);
        return 'done';
      },
    });
    await post(seen.server.origin, { query: '{ slow }' });
    await seen.close();
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });
});

describe('a path', () => {
  it('that is not there is refused, health is', async () => {
    const lost = await ask(door.server.origin, { method: 'GET', path: '/graphqll?x=1' });
    expect(lost.status).toBe(404);
    expect(lost.text).toContain('Expected /graphql or /health, got GET /graphqll');
    const health = await ask(door.server.origin, { method: 'GET', path: '/health' });
    expect(health).toMatchObject({ status: 200, text: '{"status":"UP"}\n' });
  });
});
