// The Go Cosmo Router, where its binary is on the PATH as `cosmo-router` or `router`. Its own composer, `wgc` from npm, makes its config.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runCommand } from '../../services/run-command.ts';
import { freePort } from '../../support/free-port.ts';
import { findProgram } from '../../support/service-paths.ts';
import { subgraphsOf } from '../origin/subgraphs-of.ts';
import { type Contestant, type Ground, spawnOnFirst } from './contestant.ts';
import { startedOnPort } from './started-on-port.ts';

/** Pinned: it decides what the router is told. */
const COMPOSER = 'wgc@0.112.7';
const COMPOSE_TIMEOUT_MS = 300_000;

export function cosmoRouters(): readonly Contestant[] {
  const program = findProgram('cosmo-router') ?? findProgram('router');
  if (program === undefined) return [];
  return (['nothing joined', 'joined'] as const).map((setup) => cosmoRouter(program, setup));
}

function cosmoRouter(program: string, setup: 'nothing joined' | 'joined'): Contestant {
  const isJoined = setup === 'joined';
  const name = `cosmo-router-${isJoined ? 'joined' : 'plain'}`;
  return {
    name,
    title: `Cosmo Router (Go), ${setup}`,
    side: 'peer',
    settings: `log error; no telemetry; ENGINE_ENABLE_SINGLE_FLIGHT ${isJoined}; GOMAXPROCS 1`,
    joining: isJoined ? 'joined' : 'none',
    isEachNew: false,
    enters: ({ changes }) => changes !== 'undeclared',
    async start(ground) {
      const port = await freePort();
      const env = {
        ...process.env,
        LISTEN_ADDR: `127.0.0.1:${port}`,
        EXECUTION_CONFIG_FILE_PATH: await composeForCosmo(ground),
        LOG_LEVEL: 'error',
        DEV_MODE: 'false',
        ENGINE_ENABLE_SINGLE_FLIGHT: String(isJoined),
        GRAPHQL_METRICS_ENABLED: 'false',
        TRACING_ENABLED: 'false',
        METRICS_OTLP_ENABLED: 'false',
        PROMETHEUS_ENABLED: 'false',
        COSMO_TELEMETRY_DISABLED: 'true',
        GOMAXPROCS: '1',
      };
      return startedOnPort(spawnOnFirst(ground, { name, command: program, env }), `http://127.0.0.1:${port}/graphql`);
    },
  };
}

/** @returns the file of the router's execution config, made by Cosmo's composer of the subgraphs' own schemas */
export async function composeForCosmo({
  folder,
  supergraphFile,
}: Pick<Ground, 'folder' | 'supergraphFile'>): Promise<string> {
  const own = join(folder, 'cosmo');
  mkdirSync(own, { recursive: true });
  const subgraphs = subgraphsOf(supergraphFile).map(({ name, url, sdl }) => {
    const file = join(own, `${name}.graphql`);
    writeFileSync(file, sdl);
    return { name, routing_url: url, schema: { file } };
  });
  const graph = join(own, 'graph.yaml');
  const config = join(own, 'config.json');
  writeFileSync(graph, stringify({ version: 1, subgraphs }));
  await runCommand('npx', ['--yes', COMPOSER, 'router', 'compose', '-i', graph, '-o', config, '--suppress-warnings'], {
    timeoutMs: COMPOSE_TIMEOUT_MS,
  });
  return config;
}
