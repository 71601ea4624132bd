// What is in the way of `freshet start` is said in one clear message: it ends with a code of failure and leaves nothing running.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../gateway/federation/compose.ts';
import { withPortInUse } from './port-in-use.ts';
import { ANY_PORTS, copyProduct, expectOneLine, type ProductCopy, START_TIMEOUT_MS } from './product-copy.ts';

let product: ProductCopy;
beforeAll(async () => {
  product = await copyProduct();
});
afterEach(() => product.killAll());
afterAll(() => product?.remove());

describe('freshet start', { timeout: START_TIMEOUT_MS }, () => {
  it('names every wrong setting of the config at once, where it stands and what is expected', async () => {
    const config = await product.file(
      'wrong.yaml',
      `supergraph: { path: ${product.supergraph} }
listen: { port: 99999, hots: 127.0.0.1 }
cache: { bound: 5 parsecs }
purge: { kafka: { topic: freshet.purge } }
`,
    );
    const message = await product.failureOf(product.freshetStart(['--config', config]));
    for (const place of ['listen.port', 'listen.hots', 'cache.bound', 'purge.kafka.brokers']) {
      expect(message).toContain(place);
    }
    expect(message.match(/error CONFIG_INVALID/g)).toHaveLength(1);
    expect(message).toContain('wrong.yaml');
    expect(message).not.toMatch(/^\s+at /m);
  });

  it('names a wrong flag value and a wrong variable at once', async () => {
    const message = await product.failureOf(
      product.freshetStart(['--supergraph', product.supergraph, '--port', 'abc'], { MANAGEMENT_PORT: 'xyz' }),
    );
    for (const place of ['--port', 'MANAGEMENT_PORT']) expect(message).toContain(place);
    expect(message.match(/error CONFIG_INVALID/g)).toHaveLength(1);
  });

  it('says which shard is of no kind that it knows', async () => {
    const message = await product.failureOf(
      product.freshetStart(['--supergraph', product.supergraph, ...ANY_PORTS], { SHARD_URLS: 'ftp://one' }),
    );
    expectOneLine(message, /^error (SHARD_URL|CONFIG)_INVALID: .*ftp:/);
  });

  it('says that the config file is not there', async () => {
    expectOneLine(
      await product.failureOf(product.freshetStart(['--config', join(product.folder, 'none.yaml')])),
      /^error CONFIG_UNREADABLE: .*none\.yaml/,
    );
  });

  it.each(['--port', '--management-port'])('says that the port of %s is in use', async (flag) => {
    await withPortInUse(async (port) => {
      const config = await product.file('here.yaml', `listen: { host: 127.0.0.1 }\n`);
      const args = ['--config', config, '--supergraph', product.supergraph, ...ANY_PORTS, flag, String(port)];
      expectOneLine(
        await product.failureOf(product.freshetStart(args)),
        new RegExp(`^error PORT_IN_USE: .*\\b${port}\\b`),
      );
    });
  });

  it.each([
    ['is not there', null, 'SUPERGRAPH_UNREADABLE'],
    ['is empty', '', 'SUPERGRAPH_INVALID'],
    ['is not GraphQL', 'type Query {', 'SUPERGRAPH_INVALID'],
    ['is the schema of one subgraph', 'type Query { hello: String }', 'SUPERGRAPH_INVALID'],
  ])('says that the supergraph %s', async (_what, text, code) => {
    const path = text === null ? join(product.folder, 'absent.graphql') : await product.file('bad.graphql', text);
    const message = await product.failureOf(product.freshetStart(['--supergraph', path, ...ANY_PORTS]));
    expectOneLine(message, new RegExp(`^error ${code}: .*(bad|absent)\\.graphql`));
  });

  it.each([
    ['@authenticated', '@authenticated'],
    ['@requiresScopes', '@requiresScopes(scopes: [["read"]])'],
    ['@policy', '@policy(policies: [["owner"]])'],
  ])('refuses a supergraph with %s and names the directive', async (directive, use) => {
    const path = await product.file('guarded.graphql', guardedSupergraph(directive, use));
    const message = await product.failureOf(product.freshetStart(['--supergraph', path, ...ANY_PORTS]));
    expectOneLine(message, new RegExp(`^error SUPERGRAPH_UNSUPPORTED: .*${directive}.*authorization`));
  });

  it('starts with such a supergraph where authorization is ignored on purpose', async () => {
    const path = await product.file('guarded.graphql', guardedSupergraph('@authenticated', '@authenticated'));
    const config = await product.file('ignore.yaml', `authorization: ignore\nsupergraph: { path: ${path} }\n`);
    const child = product.freshetStart(['--config', config, ...ANY_PORTS]);
    await child.waitForLine(/^freshet ready at/, START_TIMEOUT_MS);
    await child.terminate();
    product.expectNothingRunning();
  });
});

function guardedSupergraph(directive: string, use: string): string {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["${directive}"])
    type Query { open: String secret: String ${use} }`;
  const { supergraphSdl, errors } = composeSupergraph([{ name: 'one', url: 'http://127.0.0.1:1/graphql', sdl }]);
  if (supergraphSdl === undefined) throw new Error(`Expected subgraphs that compose, got ${JSON.stringify(errors)}`);
  return supergraphSdl;
}
