// What is in the way of `npm start` is said in one clear message: it ends with a code of failure and leaves nothing running.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { withPortInUse } from './port-in-use.ts';
import {
  ANY_PORTS,
  copyProduct,
  expectOneLine,
  type ProductCopy,
  refusalOf,
  START_TIMEOUT_MS,
} from './product-copy.ts';

let product: ProductCopy;
beforeAll(async () => {
  product = await copyProduct();
});
afterEach(() => product.killAll());
afterAll(() => product?.remove());

describe('npm start', { timeout: 3 * START_TIMEOUT_MS }, () => {
  it('says which database does not answer', async () => {
    const port = await freePort();
    const env = { DATABASE_URL: `postgres://postgres:geheim@127.0.0.1:${port}/postgres` };
    const message = await product.failureOf(product.npmStart(ANY_PORTS, env));
    expectOneLine(message, new RegExp(`^error: .*127\\.0\\.0\\.1:${port}`));
    expect(message).not.toContain('geheim');
  });

  it('says that a DATABASE_URL is no such URL', async () => {
    expectOneLine(
      await product.failureOf(product.npmStart(ANY_PORTS, { DATABASE_URL: 'mysql://127.0.0.1/shop' })),
      /^error: .*DATABASE_URL|postgres:\/\//,
    );
  });

  it('names every wrong variable at once', async () => {
    const env = { PORT: 'abc', MANAGEMENT_PORT: 'xyz' };
    const message = await product.failureOf(product.npmStart([], env));
    for (const place of ['environment PORT', 'MANAGEMENT_PORT']) expect(message).toContain(place);
    expect(message).not.toMatch(/^\s+at /m);
  });

  it('says which flag it does not know, and which one is meant', async () => {
    const message = await product.failureOf(product.npmStart(['--prot', '4000']));
    expect(message).toContain("unknown option '--prot'");
    expect(message).toContain('--port');
  });

  it.each(['--port', '--management-port'])('says that the port of %s is in use', async (flag) => {
    await withPortInUse(async (port) => {
      const message = await product.failureOf(product.npmStart([...ANY_PORTS, flag, String(port)]));
      expectOneLine(message, new RegExp(`^error: .*\\b${port}\\b.*free`));
    });
  });

  it.each([
    ['is no supergraph', 'type Query { hello: String }', /^error: .*supergraph/],
    ['is not GraphQL', 'type Query {', /^error: .*supergraph/],
  ])('says that its supergraph %s', async (_what, text, pattern) => {
    const good = await readFile(product.supergraph, 'utf8');
    await writeFile(product.supergraph, text);
    try {
      expectOneLine(await product.failureOf(product.npmStart(ANY_PORTS)), pattern);
    } finally {
      await writeFile(product.supergraph, good);
    }
  });

  it('says that something else lies in its data folder, and leaves it alone', async () => {
    const data = join(product.folder, '.freshet/postgres');
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { recursive: true });
    const other = await product.file('.freshet/postgres/letter.txt', 'mine');
    try {
      expectOneLine(await product.failureOf(product.npmStart(ANY_PORTS)), /^error: .*\.freshet\/postgres/);
      expect(await readFile(other, 'utf8')).toBe('mine');
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });

  it.each([
    ['beside a running one', []],
    ['that is to begin again, beside a running one', ['--fresh']],
  ])('%s says so, and the running one goes on with its data', async (_what, flags) => {
    const first = product.npmStart(ANY_PORTS);
    const [, url = ''] = await first.waitForLine(/^freshet ready at (\S+)$/, START_TIMEOUT_MS);
    const second = product.npmStart([...ANY_PORTS, ...flags]);
    expectOneLine(await refusalOf(second), /^error: .*is freshet running already\?/i);
    for (const upc of ['1', '2', '3']) {
      expect(await ask(url, `{ product(upc: "${upc}") { upc } }`)).toEqual({ data: { product: { upc } } });
    }
    await first.terminate(START_TIMEOUT_MS);
    product.expectNothingRunning();
  });

  it('that is stopped while it starts ends, and leaves nothing running', async () => {
    const child = product.npmStart(ANY_PORTS);
    await child.waitForLine(/bringing the databases up to date/, START_TIMEOUT_MS);
    await child.terminate(START_TIMEOUT_MS);
    product.expectNothingRunning();
  });
});

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return await response.json();
}
