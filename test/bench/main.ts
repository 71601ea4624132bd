// `npm run bench`: Freshet beside `@apollo/gateway`, on the same subgraphs, in one run. Ratios, not seconds: they carry over to other machines.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSystem } from '../../subgraphs/embedded/system.ts';
import { startRedis } from '../support/redis-server.ts';
import { type Contestant, type Ground, startApollo, startFreshet, startNode } from './contestants.ts';
import { askOnce, median, type Round, runRound } from './load.ts';
import { measurePurgeLatency } from './purge-latency.ts';
import { type ReplayOrigin, startReplayOrigin } from './replay-origin.ts';
import { type Row, report } from './report.ts';
import { WORKLOADS, type Workload } from './workload.ts';

const USAGE = `npm run bench -- [--seconds N] [--rounds N]
  --seconds N   how long each server is loaded in each round (default 5)
  --rounds N    rounds, interleaved; the median counts (default 3)
  Writes .freshet/bench.md. Example: npm run bench -- --seconds 2 --rounds 1`;

/** Of the sample data; enough for the largest page. */
const SCALE = 0.1;
const PURGE_SAMPLES = 200;
const WARM_UP_SECONDS = 2;
const SECRET = 'bench';

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, rounds: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) console.log(USAGE);
else await main(Number(values.seconds ?? 5), Number(values.rounds ?? 3));

async function main(seconds: number, rounds: number): Promise<void> {
  if (!(seconds > 0 && Number.isInteger(rounds) && rounds > 0)) throw new Error(USAGE);
  const folder = mkdtempSync(join(tmpdir(), 'freshet-bench-'));
  console.log('starting the reference graph');
  const beganAt = performance.now();
  const system = await startSystem({
    env: { ...process.env, SUBGRAPH_SECRET: SECRET },
    dataFolder: folder,
    scale: SCALE,
    port: '0',
    managementPort: '0',
    logLevel: 'error',
    say: () => undefined,
    onSeed: () => undefined,
  });
  const startedMs = performance.now() - beganAt;
  const origins = new Map<string, ReplayOrigin>();
  for (const { name, url } of system.subgraphs) origins.set(name, await startReplayOrigin(url, SECRET));
  const redis = await startRedis();
  try {
    const ground: Ground = { folder, supergraphFile: writeSupergraph(folder, origins), redisUrl: redis.url };
    const rows: Row[] = [];
    for (const workload of WORKLOADS) rows.push(...(await compare(workload, ground, seconds, rounds)));
    console.log('from commit to invisible');
    const purge = await measurePurgeLatency(system, PURGE_SAMPLES);
    const text = report(rows, purge, startedMs, await entryBytes(system.gateway.managementOrigin));
    console.log(`\n${text}`);
    writeFileSync(new URL('../../.freshet/bench.md', import.meta.url), `${text}\n`);
  } finally {
    await redis.stop();
    for (const origin of origins.values()) await origin.stop();
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The committed supergraph, with the addresses of the replaying subgraphs. */
function writeSupergraph(folder: string, origins: ReadonlyMap<string, ReplayOrigin>): string {
  let sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  for (const [name, { url }] of origins) {
    sdl = sdl.replace(new RegExp(`(@join__graph\\(name: "${name}", url: )"[^"]*"`), `$1"${url}"`);
  }
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, sdl);
  return file;
}

async function compare(workload: Workload, ground: Ground, seconds: number, rounds: number): Promise<readonly Row[]> {
  const contestants: Contestant[] = [
    await startApollo(ground),
    await startFreshet('no cache', ground),
    await startFreshet('all from one Redis', ground),
    await startFreshet('all from L1', ground),
  ];
  try {
    const answers = [];
    for (const { url } of contestants) answers.push(await askOnce(url, workload));
    const [expected = ''] = answers;
    if (answers.some((answer) => !sameJson(answer, expected)))
      throw new Error(`expected equal answers for ${workload.name}`);
    contestants.push(await startNode(ground.folder, expected));
    for (const { url } of contestants) await runRound(url, workload, WARM_UP_SECONDS);
    const measured = new Map<Contestant, Round[]>(contestants.map((contestant) => [contestant, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const [contestant, done] of measured) {
        done.push(await runRound(contestant.url, workload, seconds));
        console.log(
          `${workload.name}, round ${round} of ${rounds}, ${contestant.name}: ${Math.round(done.at(-1)?.requestsPerSecond ?? 0)}/s`,
        );
      }
    }
    return [...measured].map(([{ name }, done]) => ({
      workload: workload.name,
      contestant: name,
      bytes: expected.length,
      requestsPerSecond: median(done.map((round) => round.requestsPerSecond)),
      spread: [Math.min(...done.map((r) => r.requestsPerSecond)), Math.max(...done.map((r) => r.requestsPerSecond))],
      p99Ms: median(done.map((round) => round.p99Ms)),
    }));
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

/** Key order does not count: JSON objects have none. */
function sameJson(a: string, b: string): boolean {
  const sorted = (text: string): string =>
    JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
        : value,
    );
  return sorted(a) === sorted(b);
}

/** Bytes of L1 for each record, as the gateway counts them. */
async function entryBytes(managementOrigin: string): Promise<number> {
  const text = await (await fetch(`${managementOrigin}/metrics`)).text();
  const gauge = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return gauge('freshet_l1_bytes') / Math.max(1, gauge('freshet_l1_entries'));
}
