// The Rust Hive Router, where its binary is on the PATH (`cargo install hive-router --features graphiql` builds one).

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.ts';
import { findProgram } from '../../support/service-paths.ts';
import { type Contestant, spawnOnFirst } from './contestant.ts';
import { startedOnPort } from './started-on-port.ts';

export function hiveRouters(): readonly Contestant[] {
  const program = findProgram('hive_router') ?? findProgram('hive-router');
  if (program === undefined) return [];
  return (['nothing joined', 'joined', 'clients joined too'] as const).map((setup) => hiveRouter(program, setup));
}

function hiveRouter(program: string, setup: 'nothing joined' | 'joined' | 'clients joined too'): Contestant {
  const isJoined = setup !== 'nothing joined';
  const isAllJoined = setup === 'clients joined too';
  const name = `hive-router-${isAllJoined ? 'all-joined' : isJoined ? 'joined' : 'plain'}`;
  return {
    name,
    title: `Hive Router (Rust), ${setup}`,
    side: 'peer',
    settings: `a release build, log error; traffic_shaping: all.dedupe_enabled ${isJoined}, router.dedupe.enabled ${isAllJoined}`,
    joining: isJoined ? 'joined' : 'none',
    isEachNew: false,
    enters: ({ changes }) => changes !== 'undeclared',
    async start(ground) {
      const port = await freePort();
      const file = join(ground.folder, `${name}.yaml`);
      const config = {
        supergraph: { source: 'file', path: ground.plainSupergraphFile },
        http: { host: '127.0.0.1', port },
        log: { level: 'error' },
        traffic_shaping: { all: { dedupe_enabled: isJoined }, router: { dedupe: { enabled: isAllJoined } } },
      };
      writeFileSync(file, stringify(config));
      const env = { ...process.env, ROUTER_CONFIG_FILE_PATH: file };
      return startedOnPort(spawnOnFirst(ground, { name, command: program, env }), `http://127.0.0.1:${port}/graphql`);
    },
  };
}
