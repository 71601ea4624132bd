// Requests to subgraphs over real connections: every way in which one can fail is an answer, within its deadline.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createOrigin, type Origin, type OriginSubgraph } from '../../../gateway/origin/origin.ts';
import type { OriginAnswer, OriginHeaders } from '../../../gateway/origin/origin-answer.ts';
import type { TurnLimits } from '../../../gateway/origin/turns.ts';
import { freePort } from '../../support/free-port.ts';

const MAX_BYTES = 100_000;
/** The machine is shared: what takes longer than this has hung. */
const HUNG_MS = 3_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Served {
  readonly url: string;
  readonly server: Server;
  /** Connections ever accepted. */
  readonly connections: () => number;
}

async function serve(listener: RequestListener): Promise<Served> {
  let accepted = 0;
  const server = createServer(listener);
  server.on('connection', () => {
    accepted += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close').catch(() => undefined);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port');
  return { url: `http://127.0.0.1:${address.port}/graphql?x=1`, server, connections: () => accepted };
}

function open(
  url: string,
  parts: Partial<OriginSubgraph> = {},
  limits: Partial<TurnLimits> = {},
): { readonly origin: Origin; readonly outcomes: string[] } {
  const outcomes: string[] = [];
  const origin = createOrigin({
    subgraphs: [{ name: 'catalog', url, timeoutMs: 5_000, maxBytes: MAX_BYTES, ...parts }],
    turns: { runningCount: 8, waitingCount: 1_000, waitMs: 10_000, ...limits },
    metrics: { request: (subgraph, outcome) => void outcomes.push(`${subgraph} ${outcome}`) },
    monotonicMs: () => performance.now(),
  });
  closers.push(() => origin.close());
  return { origin, outcomes };
}

/** An answer with its body as text. */
type Answered =
  | Exclude<OriginAnswer, { kind: 'ok' }>
  | { readonly kind: 'ok'; readonly headers: OriginHeaders; readonly body: string };

async function send(origin: Origin, abandon: AbortSignal | null = null): Promise<Answered> {
  const answer = await origin.send('catalog', '{"query":"{a}"}', { 'x-forwarded': 'yes' }, abandon);
  return answer.kind === 'ok' ? { ...answer, body: answer.body.toString('utf8') } : answer;
}

async function askOnce(listener: RequestListener, parts: Partial<OriginSubgraph> = {}): Promise<Answered> {
  const { url } = await serve(listener);
  return await send(open(url, parts).origin);
}

describe('a request to a subgraph', () => {
  it('brings the body and headers, and posts what it was given where it was told', async () => {
    const seen: unknown[] = [];
    const { url } = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push(request.method, request.url, request.headers['content-type'], request.headers['x-forwarded'], body);
      response.setHeader('cache-control', ['max-age=5', 'private']);
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end('{"data":{"name":"日本 🏯"}}');
    });
    const { origin, outcomes } = open(url);
    const answer = await send(origin);
    expect(seen).toEqual(['POST', '/graphql?x=1', 'application/json', 'yes', '{"query":"{a}"}']);
    if (answer.kind !== 'ok') throw new Error(`Expected ok, got ${answer.kind}`);
    expect(answer.body).toBe('{"data":{"name":"日本 🏯"}}');
    expect(['cache-control', 'set-cookie', 'vary'].map((name) => answer.headers.get(name))).toEqual([
      'max-age=5, private',
      'a=1, b=2',
      null,
    ]);
    expect(outcomes).toEqual(['catalog ok']);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('reads an answer that is compressed: %s', async (encoding, compress) => {
    const answer = await askOnce((_, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(compress(Buffer.from('{"data":{"name":"Table"}}')));
    });
    expect(answer).toMatchObject({ kind: 'ok', body: '{"data":{"name":"Table"}}' });
  });

  it('joins characters that were cut between two packets', async () => {
    const bytes = Buffer.from('{"data":{"name":"日本"}}');
    const answer = await askOnce(async (_, response) => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(answer).toMatchObject({ kind: 'ok', body: bytes.toString() });
  });

  it('uses its connections again, after errors and compressed answers too', async () => {
    let count = 0;
    const { url, connections } = await serve((request, response) => {
      request.resume();
      count += 1;
      if (count % 3 === 0) response.statusCode = 500;
      if (count % 3 === 1) response.setHeader('content-encoding', 'gzip');
      response.end(count % 3 === 1 ? gzipSync(Buffer.from('{}')) : '{"errors":[]}');
    });
    const { origin } = open(url);
    for (let n = 0; n < 30; n += 1) await send(origin);
    // A request that comes in the turn in which another ends may still find its connection busy.
    expect(connections()).toBeLessThanOrEqual(3);
  });

  it('opens no more connections than it may, and answers all requests', async () => {
    const { url, connections } = await serve((request, response) => {
      request.resume();
      setImmediate(() => response.end('{}'));
    });
    const { origin } = open(url);
    const answers = await Promise.all(Array.from({ length: 200 }, () => send(origin)));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['ok']));
    expect(connections()).toBeLessThanOrEqual(8);
  });
});

describe('a subgraph that fails', () => {
  it('is a status, whatever its body holds', async () => {
    for (const status of [302, 400, 401, 500, 503]) {
      const answer = await askOnce((request, response) => {
        request.resume();
        response.writeHead(status, { location: 'http://127.0.0.1:1/' });
        response.end('secrets of the stack');
      });
      expect(answer).toMatchObject({ kind: 'status', status });
      expect(JSON.stringify(answer)).not.toContain('secrets');
    }
  });

  it('is unreachable when nobody listens, and its address is not told', async () => {
    const port = await freePort();
    const { origin, outcomes } = open(`http://127.0.0.1:${port}/`);
    expect(await send(origin)).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
    expect(outcomes).toEqual(['catalog unreachable']);
  });

  it('is unreachable when it breaks off, before, within and after the headers', async () => {
    const cut = (write: (socket: Socket) => void) =>
      askOnce((request) => {
        request.resume();
        write(request.socket);
        setImmediate(() => request.socket.destroy());
      });
    expect((await cut(() => undefined)).kind).toBe('unreachable');
    expect((await cut((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-'))).kind).toBe('unreachable');
    expect((await cut((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"d'))).kind).toBe(
      'unreachable',
    );
  });

  it('is unreachable when it speaks no HTTP, or bytes that are not compressed as it says', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end('SSH-2.0-OpenSSH\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(async () => {
      server.close();
      await once(server, 'close');
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a port');
    expect((await send(open(`http://127.0.0.1:${address.port}/`).origin)).kind).toBe('unreachable');
    const lied = await askOnce((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('this is not gzip');
    });
    expect(lied.kind).toBe('unreachable');
  });

  it('is out of time when it does not answer, or does not end its answer', async () => {
    const startMs = performance.now();
    const silent = await askOnce((request) => void request.resume(), { timeoutMs: 100 });
    expect(silent).toEqual({ kind: 'timeout', timeoutMs: 100 });
    const endless = await askOnce(
      (request, response) => {
        request.resume();
        const drip = setInterval(() => void response.write(' '), 5);
        response.on('close', () => clearInterval(drip));
      },
      { timeoutMs: 100 },
    );
    expect(endless).toEqual({ kind: 'timeout', timeoutMs: 100 });
    expect(performance.now() - startMs).toBeLessThan(HUNG_MS);
  });

  it('is out of time, for all who wait for a connection too, when all connections hang', async () => {
    const { url } = await serve((request) => void request.resume());
    const { origin } = open(url, { timeoutMs: 150 });
    const startMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 30 }, () => send(origin)));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['timeout']));
    expect(performance.now() - startMs).toBeLessThan(HUNG_MS);
  });

  it('is too large when it sends more than it may, announced or not, compressed or not', async () => {
    const tooLarge = { kind: 'too-large', maxBytes: MAX_BYTES };
    const large = 'x'.repeat(MAX_BYTES + 1);
    expect(await askOnce((_, response) => void response.end(large))).toEqual(tooLarge);
    expect(
      await askOnce((_, response) => {
        response.write('x');
        response.end(large);
      }),
    ).toEqual(tooLarge);
    // 300 MB, which must not be unpacked to be counted.
    const bomb = gzipSync(Buffer.alloc(300_000_000));
    const before = process.memoryUsage().rss;
    expect(
      await askOnce((_, response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(bomb);
      }),
    ).toEqual(tooLarge);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    expect(await askOnce((_, response) => void response.end('x'.repeat(MAX_BYTES)))).toMatchObject({ kind: 'ok' });
  });

  it('does not keep the next request from being answered', async () => {
    let count = 0;
    const { url } = await serve((request, response) => {
      request.resume();
      count += 1;
      if (count === 1) request.socket.destroy();
      else if (count === 2) response.end('x'.repeat(MAX_BYTES * 2));
      else response.end('{}');
    });
    const { origin } = open(url);
    expect((await send(origin)).kind).toBe('unreachable');
    expect((await send(origin)).kind).toBe('too-large');
    expect((await send(origin)).kind).toBe('ok');
  });
});

describe('the list of subgraphs', () => {
  it('can be replaced, and who is asked under way is answered as asked', async () => {
    const held: (() => void)[] = [];
    const [old, young] = [
      await serve((request, response) => {
        request.resume();
        held.push(() => response.end('"old"'));
      }),
      await serve((request, response) => {
        request.resume();
        response.end('"new"');
      }),
    ];
    const { origin } = open(old.url);
    const first = send(origin);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    origin.setSubgraphs([{ name: 'catalog', url: young.url, timeoutMs: 5_000, maxBytes: MAX_BYTES }]);
    expect(await send(origin)).toMatchObject({ kind: 'ok', body: '"new"' });
    held[0]?.();
    expect(await first).toMatchObject({ kind: 'ok', body: '"old"' });
    origin.setSubgraphs([]);
    expect((await send(origin)).kind).toBe('unreachable');
  });

  it('may hold an address that cannot be: that is an answer too', async () => {
    expect((await send(open('no address').origin)).kind).toBe('unreachable');
  });
});

describe('an origin that is closed', () => {
  it('ends what is under way, and leaves no connection', async () => {
    const { url } = await serve((request) => void request.resume());
    const { origin } = open(url);
    const pending = send(origin);
    await origin.close();
    expect((await pending).kind).toBe('unreachable');
    expect((await send(origin)).kind).toBe('unreachable');
  });
});

describe('a request that nobody waits for any more', () => {
  it('ends at once, and the subgraph sees it', async () => {
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      request.resume();
      response.once('close', () => left.resolve());
      asked.resolve();
    });
    const { origin, outcomes } = open(url);
    const abandon = new AbortController();
    const answer = send(origin, abandon.signal);
    await asked.promise;
    abandon.abort();
    expect(await answer).toEqual({ kind: 'abandoned' });
    await left.promise;
    expect(outcomes).toEqual(['catalog abandoned']);
  });

  it('is not sent when that is known before', async () => {
    const { url, connections } = await serve((_request, response) => response.end('{}'));
    expect(await send(open(url).origin, AbortSignal.abort())).toEqual({ kind: 'abandoned' });
    expect(connections()).toBe(0);
  });

  it('leaves nothing behind on the signal when it ends by itself', async () => {
    const { url } = await serve((_request, response) => response.end('{}'));
    const { signal } = new AbortController();
    let listening = 0;
    const counted = Object.create(signal, {
      aborted: { value: false },
      addEventListener: { value: () => (listening += 1) },
      removeEventListener: { value: () => (listening -= 1) },
    }) as AbortSignal;
    expect((await send(open(url).origin, counted)).kind).toBe('ok');
    expect(listening).toBe(0);
  });
});
