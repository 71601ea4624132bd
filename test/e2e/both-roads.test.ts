// Every committed client operation, by every transport, down both roads of a whole gateway: equal bytes, equal headers.

import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientOperation, readClientOperations } from '../../schema/operations.ts';
import type { RawAnswer } from '../integration/http/door.ts';
import { askPacked } from '../integration/http/packed-answer.ts';
import { byGet, byPost, TRANSPORTS } from '../integration/http/transports.ts';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { signedBearer } from '../support/deployment/signed-bearer.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { cacheInForce } from './cache-in-force.ts';

/** The operations name rows that a smaller sample does not have. */
const SCALE = 0.05;
/** The media type is that of the short road's `Accept`; written so, it is none that the short road knows. */
const LONG_ROAD = { accept: 'application/json;q=1' };
const SHORT_ROAD = { accept: 'application/json' };

const operations = readClientOperations();
const queries = operations.filter(({ kind }) => kind === 'query');
const mutations = operations.filter(({ kind }) => kind === 'mutation');

async function whoAsks({ subject }: ClientOperation): Promise<Record<string, string>> {
  return subject === null ? {} : { authorization: await signedBearer(subject) };
}

/** Without what time alone changes. */
function lasting({ headers: { age, 'cache-control': control = '', ...headers }, ...answer }: RawAnswer) {
  const isAged = age !== undefined;
  return {
    ...answer,
    text: inOrder(answer.text),
    headers: { ...headers, isAged, control: String(control).replace(/\d+/, 'N') },
  };
}

/** Which of several errors comes first is chance: fields are resolved at once. */
function inOrder(text: string): string {
  const { errors = [], ...rest } = JSON.parse(text);
  if (errors.length < 2) return text;
  return JSON.stringify({ errors: errors.map((error: unknown) => JSON.stringify(error)).sort(), ...rest });
}

let deployment: EmbeddedDeployment;
let origin: string;

beforeAll(async () => {
  deployment = await startEmbeddedDeployment({ gateway: UNHURRIED, scale: SCALE });
  await cacheInForce(deployment, 0);
  origin = deployment.system.gateway.publicOrigin;
});

afterAll(() => deployment?.stop());

it.each(queries)('the query $name is answered with the same bytes and headers by every transport', async (query) => {
  const question = { query: query.text, variables: query.variables };
  const headers = await whoAsks(query);
  for (const [by, send] of Object.entries(TRANSPORTS)) {
    const long = await send(origin, question, { ...headers, ...LONG_ROAD });
    expect(long.status, by).toBe(200);
    // Twice: the first may have been new to this transport.
    for (let round = 0; round < 2; round += 1) {
      const short = await send(origin, question, { ...headers, ...SHORT_ROAD });
      expect(lasting(short), by).toEqual(lasting(long));
    }
  }
});

it.each(mutations)('the mutation $name is refused by GET on both roads', async ({ text, variables }) => {
  for (const road of [LONG_ROAD, SHORT_ROAD]) {
    const headers = { 'apollo-require-preflight': '1', ...road };
    expect(await byGet(origin, { query: text, variables }, headers)).toMatchObject({ status: 405 });
  }
});

it('a subscription is refused by name, on every road, whatever the client would take beside JSON', async () => {
  const query = 'subscription { productChanged { name } }';
  for (const accept of ['application/json', 'multipart/mixed;subscriptionSpec="1.0", application/json;q=0.9']) {
    for (let round = 0; round < 2; round += 1) {
      const { status, text } = await byPost(origin, { query }, { accept });
      expect(status).toBe(400);
      expect(JSON.parse(text).errors).toEqual([
        {
          message: 'Expected a query or a mutation, got a subscription: subscriptions are not supported',
          extensions: { code: 'OPERATION_UNSUPPORTED' },
        },
      ]);
    }
  }
});

describe('compressed', () => {
  const compressed = (text: string, road: Record<string, string>) =>
    askPacked(
      origin,
      'POST',
      '/graphql',
      { 'content-type': 'application/json', 'accept-encoding': 'br', ...road },
      JSON.stringify({ query: text }),
    );
  const page = '{ products(first: 50) { edges { node { upc name price } } } }';

  it('an answer that is kept whole has the same bytes when unpacked, on both roads', async () => {
    const plain = (await byPost(origin, { query: page })).text;
    const packed = await eventually(async () => {
      const answer = await compressed(page, SHORT_ROAD);
      return answer.headers['content-encoding'] === 'br' && answer;
    });
    expect(packed.bytes.length).toBeLessThan(plain.length / 2);
    for (const answer of [packed, await compressed(page, LONG_ROAD)]) {
      expect(answer.headers['content-encoding']).toBe('br');
      expect(brotliDecompressSync(answer.bytes).toString()).toBe(plain);
    }
  });

  it('it is gone with what it was made of', async () => {
    await deployment.sql('catalog', "update catalog.product set name = 'Renamed ' || upc");
    await eventually(async () => {
      const { headers, bytes } = await compressed(page, SHORT_ROAD);
      const text = (headers['content-encoding'] === 'br' ? brotliDecompressSync(bytes) : bytes).toString();
      return text === (await byPost(origin, { query: page })).text && text.includes('Renamed');
    });
  });
});
