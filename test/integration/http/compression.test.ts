// Compressed answers: the same bytes when unpacked, told apart from the plain ones, and made once where they are kept.
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeptAnswer } from '../../../gateway/execution/answer.ts';
import { eventually } from '../../support/eventually.ts';
import { type Door, openDoor } from './door.ts';
import { askPacked, type PackedAnswer, UNPACK } from './packed-answer.ts';

const ENCODINGS = ['br', 'zstd', 'gzip'] as const;
/** Of some 6 KB. */
const QUERY = '{ items(first: 100) { id name price } }';
const SMALL_QUERY = '{ item(id: 1) { id } }';
/** The long road's: plain Apollo Server gives the same media type for it. */
const LONG_ROAD = { accept: 'application/json;q=1' };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openWith(yaml: string): Promise<Door> {
  const door = await openDoor({ yaml });
  closers.push(() => door.close());
  return door;
}

/** What a finished response of the cache does. */
function keptAnswer() {
  const variants = new Map<string, Buffer>();
  const begun: string[] = [];
  const kept: KeptAnswer = {
    variant: (name) => variants.get(name),
    beginVariant(name) {
      const isNew = !begun.includes(name);
      begun.push(name);
      return isNew;
    },
    addVariant: (name, bytes) => void variants.set(name, bytes),
  };
  return { kept, variants, begun };
}

/** By GET, as the bytes that came. */
function get({ server }: Door, headers: Readonly<Record<string, string>>, query = QUERY): Promise<PackedAnswer> {
  return askPacked(server.origin, 'GET', `/graphql?query=${encodeURIComponent(query)}`, headers, null);
}

function post({ server }: Door, headers: Readonly<Record<string, string>>, query = QUERY): Promise<PackedAnswer> {
  const type = { 'content-type': 'application/json' };
  return askPacked(server.origin, 'POST', '/graphql', { ...type, ...headers }, JSON.stringify({ query }));
}

describe.each(ENCODINGS)('an answer that is kept whole, in %s', (encoding) => {
  const accepting = { 'accept-encoding': encoding };

  it('is sent plain until it is compressed, then without being compressed again, on both roads', async () => {
    const door = await openWith('');
    const { kept, variants, begun } = keptAnswer();
    const plain = await post(door, {});
    door.graph.kept = kept;
    const first = await post(door, accepting);
    expect(first.headers).not.toHaveProperty('content-encoding');
    expect(first.bytes).toEqual(plain.bytes);
    await eventually(() => variants.has(encoding), { what: 'the answer to be compressed' });
    for (const headers of [accepting, { ...accepting, ...LONG_ROAD }]) {
      const packed = await post(door, headers);
      expect(packed.headers).toMatchObject({
        'content-encoding': encoding,
        'content-length': String(packed.bytes.length),
        'content-type': plain.headers['content-type'],
        'cache-control': plain.headers['cache-control'],
        vary: 'accept-encoding, origin',
      });
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length);
      expect(UNPACK[encoding](packed.bytes)).toEqual(plain.bytes);
    }
    expect(begun).toHaveLength(1);
    // Others are not given what they did not ask for.
    expect((await post(door, {})).bytes).toEqual(plain.bytes);
  });

  it('has a validator of its own by GET, with 304', async () => {
    const door = await openWith('');
    const { kept, variants } = keptAnswer();
    door.graph.kept = kept;
    door.graph.lifetime = { maxAgeMs: 60_000, scope: 'public', ageMs: 0 };
    const plain = await get(door, {});
    await get(door, accepting);
    await eventually(() => variants.has(encoding), { what: 'the answer to be compressed' });
    const packed = await get(door, accepting);
    expect(UNPACK[encoding](packed.bytes)).toEqual(plain.bytes);
    expect(packed.headers['content-encoding']).toBe(encoding);
    for (const { headers } of [plain, packed]) expect(headers.vary).toBe('accept, accept-encoding, origin');
    expect(packed.headers.etag).not.toBe(plain.headers.etag);
    const has = (answer: PackedAnswer) => ({ 'if-none-match': String(answer.headers.etag) });
    expect((await get(door, { ...accepting, ...has(packed) })).status).toBe(304);
    expect((await get(door, has(plain))).status).toBe(304);
    // Whoever has the other bytes has other bytes.
    expect((await get(door, has(packed))).status).toBe(200);
    expect((await get(door, { ...accepting, ...has(plain) })).status).toBe(200);
  });
});

describe('compression.answers', () => {
  it('cached sends plain what is not kept whole, and what is small', async () => {
    const door = await openWith('');
    expect((await post(door, { 'accept-encoding': 'gzip' })).headers).not.toHaveProperty('content-encoding');
    const { kept, begun } = keptAnswer();
    door.graph.kept = kept;
    await post(door, { 'accept-encoding': 'gzip' }, SMALL_QUERY);
    expect(begun).toEqual([]);
  });

  it('always compresses what is not kept too, and keeps what is', async () => {
    const door = await openWith('compression: { answers: always }');
    const plain = await post(door, {});
    for (const encoding of ENCODINGS) {
      const packed = await post(door, { 'accept-encoding': encoding });
      expect(packed.headers['content-encoding']).toBe(encoding);
      expect(UNPACK[encoding](packed.bytes)).toEqual(plain.bytes);
    }
    const { kept, variants } = keptAnswer();
    door.graph.kept = kept;
    await post(door, { 'accept-encoding': 'zstd' });
    expect([...variants.keys()]).toEqual(['zstd']);
    expect((await post(door, { 'accept-encoding': 'gzip' }, SMALL_QUERY)).headers).not.toHaveProperty(
      'content-encoding',
    );
    const errors = await post(door, { 'accept-encoding': 'gzip' }, `{ ${'nothing '.repeat(200)} }`);
    expect(errors).toMatchObject({ status: 400, headers: { 'content-encoding': 'gzip' } });
    expect(JSON.parse(gunzipSync(errors.bytes).toString()).errors.length).toBeGreaterThan(0);
  });

  it('never compresses nothing', async () => {
    const door = await openWith('compression: { answers: never }');
    const { kept, begun } = keptAnswer();
    door.graph.kept = kept;
    for (let time = 0; time < 3; time += 1) {
      expect((await post(door, { 'accept-encoding': 'br, gzip' })).headers).not.toHaveProperty('content-encoding');
    }
    expect(begun).toEqual([]);
  });

  it.each(['cached', 'always', 'never'])('%s obeys a client that refuses plain bytes', async (answers) => {
    const door = await openWith(`compression: { answers: ${answers} }`);
    const plain = await post(door, {}, SMALL_QUERY);
    const packed = await post(door, { 'accept-encoding': 'gzip, identity;q=0' }, SMALL_QUERY);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
  });
});

it('a client that takes neither plain bytes nor an encoding of ours is told so, and nothing is run', async () => {
  const door = await openWith('');
  await post(door, {});
  const runs = door.graph.scopes.length;
  for (const ask of [post, get]) {
    const answer = await ask(door, { 'accept-encoding': 'deflate, identity;q=0' });
    expect(answer.status).toBe(406);
    expect(JSON.parse(answer.bytes.toString()).errors).toEqual([
      {
        message: 'Expected an Accept-Encoding that takes identity or one of br, zstd, gzip, got deflate, identity;q=0',
        extensions: { code: 'NOT_ACCEPTABLE' },
      },
    ]);
  }
  expect(door.graph.scopes.length).toBe(runs);
});

it('a page of another origin is told by Vary of both, whatever the encoding', async () => {
  const door = await openWith('compression: { answers: always }\ncors: { origins: ["https://a.example"] }');
  const { headers } = await post(door, { 'accept-encoding': 'gzip', origin: 'https://a.example' });
  expect(headers).toMatchObject({
    vary: 'accept-encoding, origin',
    'access-control-allow-origin': 'https://a.example',
    'content-encoding': 'gzip',
  });
});
