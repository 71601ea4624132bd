// A reload while requests run: what was validated by one schema is run and remembered for that schema alone.
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimer } from '../../../gateway/clock.ts';
import { resolveConfig } from '../../../gateway/config.ts';
import { createCurrentExecutor } from '../../../gateway/execution/current-executor.ts';
import { createWaits } from '../../../gateway/execution/waits.ts';
import { buildApolloServer } from '../../../gateway/http/apollo-server.ts';
import { createFrontDoor } from '../../../gateway/http/front-door.ts';
import { createGatewayExecutor } from '../../../gateway/http/gateway-executor.ts';
import { createSchemaGateway } from '../../../gateway/http/gateway-interface.ts';
import { openServer } from '../../../gateway/http/open-server.ts';
import { createPersistedTexts } from '../../../gateway/http/persisted-texts.ts';
import { createUnreadAnswers } from '../../../gateway/http/unread-answers.ts';
import { createMetrics } from '../../../gateway/telemetry/metrics.ts';
import { post } from './door.ts';
import { createLocalGraph, type LocalGraph } from './local-graph.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const QUERY = { query: '{ items(first: 1) { id } }' };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Two versions of one graph behind one door, the first in force. @param afterValidation called once, for the first request */
async function openVersions(afterValidation: (reload: () => void) => Promise<void> | void) {
  const [before, after] = [createLocalGraph(async () => 'x'), createLocalGraph(async () => 'x')];
  const config = resolveConfig({
    file: { path: 'freshet.yaml', text: 'supergraph: { path: none }\nlisten: { host: 127.0.0.1 }\n' },
    env: {},
    flags: {},
    cwd: '/',
  });
  const executor = createCurrentExecutor();
  const versionOf = ({ schema }: LocalGraph) => ({ apiSchema: schema, coreSupergraphSdl: '' });
  const gateway = createSchemaGateway(
    versionOf(before),
    createGatewayExecutor(executor.of, () => undefined),
  );
  executor.replace(before.schema, before.executor);
  const reload = (): void => {
    gateway.update(versionOf(after));
    executor.replace(after.schema, after.executor);
  };
  const persisted = createPersistedTexts();
  const apollo = buildApolloServer(gateway, config, persisted, SILENT);
  let isFirst = true;
  apollo.addPlugin({
    requestDidStart: async () => ({
      async didResolveOperation() {
        if (!isFirst) return;
        isFirst = false;
        await afterValidation(reload);
      },
    }),
  });
  await apollo.start();
  const server = await openServer(
    { name: 'public', host: '127.0.0.1', port: 0, setting: '--port' },
    createFrontDoor({
      executor,
      apollo,
      persisted,
      waits: createWaits(config.limits.waitingCount),
      unread: createUnreadAnswers(config.limits, systemTimer),
      subjects: { identify: () => ({ subject: null }) },
      metrics: createMetrics(),
      config,
      shortRoad: 'on',
      logDefect: () => undefined,
    }),
    () => undefined,
  );
  closers.push(() => server.drain({ delayMs: 0, timeoutMs: 1_000 }));
  closers.push(() => apollo.stop());
  return { before, after, executor, reload, ask: () => post(server.origin, QUERY) };
}

describe('an operation', () => {
  it('that was validated before a reload is run by the version before, and not known to the new one', async () => {
    const { before, after, executor, ask } = await openVersions((reload) => reload());
    expect((await ask()).status).toBe(200);
    expect([before.admittedCount(), before.scopes.length]).toEqual([1, 1]);
    expect([after.admittedCount(), after.scopes.length]).toEqual([0, 0]);
    expect(executor.find(QUERY.query, null)).toBeNull();
    expect((await ask()).status).toBe(200);
    expect([after.admittedCount(), after.scopes.length]).toEqual([1, 1]);
  });

  it('that was known before a reload is validated anew after it', async () => {
    const { before, after, ask, reload } = await openVersions(() => undefined);
    await ask();
    await ask();
    reload();
    await ask();
    expect([before.admittedCount(), before.scopes.length]).toEqual([1, 2]);
    expect([after.admittedCount(), after.scopes.length]).toEqual([1, 1]);
  });

  it('that was found before a reload is run by the version that it was found in', async () => {
    const { before, after, executor, ask, reload } = await openVersions(() => undefined);
    await ask();
    const operation = executor.find(QUERY.query, null);
    if (operation === null) throw new Error('it is known');
    reload();
    const scope = { headers: {}, subject: null, hasGone: false, signal: new AbortController().signal };
    await executor.run(operation, {}, {}, scope);
    expect([before.scopes.length, after.scopes.length]).toEqual([2, 0]);
  });
});
