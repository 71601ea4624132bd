// A gateway takes requests when its cache is open: the log is read, and each bounded subgraph's sources were heard.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../gateway/clock.ts';
import { resolveConfig } from '../../../gateway/config.ts';
import { type RunningGateway, startGateway } from '../../../gateway/gateway.ts';
import { createMemoryLog } from '../../../gateway/purge/memory-log.ts';
import { createLog } from '../../../gateway/telemetry/logs.ts';
import { encodeHeartbeat } from '../../../schema/purge-event.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';

const SUPERGRAPH = fileURLToPath(new URL('../../../schema/supergraph.graphql', import.meta.url));
const SOURCES = ['accounts', 'catalog', 'inventory', 'reviews'];
let running: Promise<RunningGateway> | undefined;
afterEach(async () => (await running)?.stop());

async function start(readyTimeout: string) {
  const managementPort = await freePort();
  const log = createMemoryLog({ clock: systemClock(), name: randomUUID() });
  const text = `supergraph: { path: ${SUPERGRAPH} }
listen: { host: 127.0.0.1, port: 0, managementPort: ${managementPort}, drainDelay: 0ms }
purge: { inProcess: true, readyTimeout: ${readyTimeout} }
`;
  const config = resolveConfig({ file: { path: 'freshet.yaml', text }, env: {}, flags: {}, cwd: '/' });
  let isReady = false;
  const starting = startGateway(config, createLog({ level: 'silent', stream: process.stderr, colours: 'off' }), log);
  void starting.then(() => {
    isReady = true;
  });
  running = starting;
  const beat = async (source: string): Promise<void> => {
    for (const _ of [1, 2]) {
      const origin = { logId: `log of ${source}`, number: 0 };
      const heartbeat = { asOfAt: Date.now(), system: 'system', timeline: 1 };
      await log.append([encodeHeartbeat(source, origin, heartbeat, randomUUID())]);
    }
  };
  const readyz = async () => {
    const response = await fetch(`http://127.0.0.1:${managementPort}/readyz`);
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  return { starting, beat, readyz, isReady: () => isReady };
}

it('a gateway whose log is read but whose sources were not all heard is starting', async () => {
  const { starting, beat, readyz, isReady } = await start('60s');
  await eventually(() => readyz().then(({ status }) => status === 503));
  for (const source of SOURCES.slice(1)) await beat(source);
  await new Promise(setImmediate);
  expect(await readyz()).toMatchObject({ status: 503, body: { state: 'starting' } });
  expect(isReady()).toBe(false);
  await beat('accounts');
  await starting;
  expect(await readyz()).toEqual({ status: 200, body: { state: 'ready', reasons: [] } });
});

it('a source whose relay is down holds the gateway up for readyTimeout, and is named', async () => {
  const { starting, beat, readyz } = await start('300ms');
  for (const source of SOURCES.slice(1)) await beat(source);
  await starting;
  expect(await readyz()).toEqual({
    status: 200,
    body: {
      state: 'degraded',
      reasons: ['subgraph accounts is not cached: no heartbeat of accounts was heard'],
    },
  });
});
