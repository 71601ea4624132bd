// The whole system in this process, as `npm start` has it, for tests: PostgreSQL, memory shards, in-process purge log, one gateway.
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresFolder } from '../../subgraphs/embedded/data-folder.ts';
import { type RunningSystem, startSystem } from '../../subgraphs/embedded/system.ts';
import { createClosers } from './deployment/closers.ts';
import { openDatabases } from './deployment/databases.ts';
import { scrape } from './deployment/gateway-process.ts';
import { openGraphQLClient } from './deployment/graphql-client.ts';
import { DEFAULT_SCALE, type Deployment } from './deployment.ts';
import { noteOpen } from './open-resources.ts';
import { forget, reapWithUs } from './reaper.ts';

export interface EmbeddedDeployment extends Deployment {
  readonly system: RunningSystem;
}

/** Resolves when the gateway serves. @throws {Error} with nothing left running */
export async function startEmbeddedDeployment(options: { readonly scale?: number } = {}): Promise<EmbeddedDeployment> {
  const closers = createClosers();
  const { kept } = closers;
  try {
    const folder = await mkdtemp(join(tmpdir(), 'freshet-embedded-'));
    void kept(Promise.resolve({ stop: () => rm(folder, { recursive: true, force: true }) }));
    // The account `nobody` must be able to enter it.
    await chmod(folder, 0o755);
    closers.layer();
    const system = await kept(
      startSystem({
        env: {},
        dataFolder: folder,
        scale: options.scale ?? DEFAULT_SCALE,
        port: '0',
        managementPort: '0',
        logLevel: 'error',
        say: () => undefined,
        onSeed: () => undefined,
      }),
    );
    const postmasterPid = Number.parseInt(await readFile(join(postgresFolder(folder), 'postmaster.pid'), 'utf8'), 10);
    reapWithUs(postmasterPid);
    const closed = noteOpen('the embedded system');
    closers.layer();
    const client = openGraphQLClient(system.gateway.publicOrigin);
    const databases = openDatabases(system.databaseUrls);
    void kept(Promise.resolve({ stop: client.close }));
    void kept(Promise.resolve({ stop: databases.close }));
    return {
      system,
      gatewayCount: 1,
      ask: (_index, ...question) => client.ask(...question),
      sql: databases.sql,
      metrics: () => scrape(system.gateway.managementOrigin),
      async stop() {
        await closers.stop();
        forget(postmasterPid);
        closed();
      },
    };
  } catch (cause) {
    await closers.stop().catch(() => undefined);
    throw cause;
  }
}
