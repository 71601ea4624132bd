// `npm run demo`: a cache that is fresh, to be watched in a terminal. Every number is measured while it runs.

import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DATA_FOLDER } from './embedded/data-folder.ts';
import { askTimed, type TimedAnswer } from './embedded/demo-client.ts';
import { type RunningSystem, startSystem } from './embedded/system.ts';
import { openLog } from './kit/log.ts';
import { openDatabase } from './kit/postgres.ts';

const PAGE = `query Page($upc: ID!) {
  product(upc: $upc) { name price inStock reviews(first: 3) { nodes { title author { username } } } }
}`;
const OTHER = `query Other($upcs: [ID!]!) { productsByUpc(upcs: $upcs) { label: name inStock } }`;
const UPC = '7';
/** Ms between looks at the answer after the change. */
const LOOK_EVERY_MS = 2;
const GIVE_UP_MS = 10_000;

const say = (line = ''): void => console.log(line);

const USAGE = `npm run demo -- [--data FOLDER] [--scale N]
  --data FOLDER   where the sample data is kept (default: that of npm start)
  --scale N       how much of it is made where there is none (default 1)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, scale: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return say(USAGE);
  say('Freshet: an answer from the cache, and the moment after a change behind its back.');
  say();
  const system = await startSystem({
    env: process.env,
    dataFolder: values.data ?? DATA_FOLDER,
    scale: Number(values.scale ?? 1),
    port: '0',
    managementPort: '0',
    logLevel: 'error',
    say: (step) => say(`  … ${step}`),
    onSeed: ({ table, rowCount }) => {
      if (table !== null) say(`  … ${table}: ${rowCount.toLocaleString('en')} rows`);
    },
  });
  try {
    await show(system);
  } finally {
    await system.stop();
  }
}

async function show(system: RunningSystem): Promise<void> {
  const url = `${system.gateway.publicOrigin}/graphql`;
  const metricsUrl = `${system.gateway.managementOrigin}/metrics`;
  const ask = (query: string, variables: Record<string, unknown>): Promise<TimedAnswer> =>
    askTimed(url, metricsUrl, query, variables);
  await untilCaching(system);
  // A connection and a plan are made once, for any product: not what is shown here.
  await ask(PAGE, { upc: '1' });
  await ask(OTHER, { upcs: ['1'] });

  row('1  a page, cold', await ask(PAGE, { upc: UPC }));
  row('2  the same, warm', await ask(PAGE, { upc: UPC }));
  row('3  another query of the same product', await ask(OTHER, { upcs: [UPC] }));
  say();
  await showChange(system, ask);
}

function row(what: string, { tookMs, originRequestCount }: TimedAnswer): void {
  const requests = originRequestCount === 1 ? '1 subgraph request' : `${originRequestCount} subgraph requests`;
  say(`  ${what.padEnd(40)} ${tookMs.toFixed(1).padStart(7)} ms   ${requests}`);
}

async function showChange(
  system: RunningSystem,
  ask: (query: string, variables: Record<string, unknown>) => Promise<TimedAnswer>,
): Promise<void> {
  const database = openDatabase({
    url: system.databaseUrls.catalog,
    log: openLog('demo', 'error'),
    applicationName: 'freshet demo',
  });
  const name = `Renamed at ${new Date().toISOString().slice(11, 23)}`;
  const statement = 'update catalog.product set name = $1 where upc = $2';
  try {
    say(`  4  behind the application's back:  ${statement.replace('$1', `'${name}'`).replace('$2', `'${UPC}'`)}`);
    await database.query(statement, [name, UPC]);
    const committedAt = performance.now();
    let oldCount = 0;
    for (;;) {
      const { body, tookMs } = await ask(PAGE, { upc: UPC });
      const sinceMs = performance.now() - committedAt;
      if (body.includes(name)) {
        say(
          `     old value last served at most ${(sinceMs - tookMs).toFixed(0)} ms after the commit, new value after ${sinceMs.toFixed(0)} ms (${oldCount} answers in between; the bound is 5,000 ms)`,
        );
        return;
      }
      oldCount += 1;
      if (sinceMs > GIVE_UP_MS)
        throw new Error(`expected the new name within ${GIVE_UP_MS} ms, the old one is still served`);
      await wait(LOOK_EVERY_MS);
    }
  } finally {
    await database.close();
  }
}

/** Relays and feed have just begun: nothing is cached before the first heartbeats were heard. */
async function untilCaching({ gateway }: RunningSystem): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (performance.now() < giveUpAt) {
    const ready = await (await fetch(`${gateway.managementOrigin}/readyz`)).text();
    if (ready.includes('"ready"')) return;
    await wait(50);
  }
  throw new Error(`expected the gateway to be ready within ${GIVE_UP_MS} ms`);
}

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
