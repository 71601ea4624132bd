// A plan that the native planner cannot make must not end the process: it panics, and a panic there aborts.

import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const DEADLINE_MS = 60_000;

const PLAN = `
  import { prepareSupergraph } from ${JSON.stringify(new URL('../../../gateway/federation/supergraph.ts', import.meta.url).href)};
  const { planner } = await prepareSupergraph(process.env.SUPERGRAPH, { authorization: 'refuse' });
  const { node } = await planner.plan('{ item { double } }');
  console.log(node === null ? 'nothing' : 'planned');
  process.exit(0);
`;

it(
  'plans a field with @requires of an entity whose other key only the requiring subgraph holds',
  () => {
    const subgraphs = [
      subgraph('a', 'type Query { item: A } type A @key(fields: "id") { id: ID! size: Int }'),
      subgraph(
        'b',
        `type A @key(fields: "id") @key(fields: "code") {
           id: ID! code: String size: Int @external double: Int @requires(fields: "size")
         }`,
      ),
    ];
    const { supergraphSdl, errors } = composeSupergraph(
      subgraphs.map(({ name, typeDefs }) => ({ name, url: `http://${name}.test`, sdl: typeDefs })),
    );
    expect(errors).toBeUndefined();
    const { signal, status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', PLAN], {
      env: { ...process.env, SUPERGRAPH: supergraphSdl },
      encoding: 'utf8',
      timeout: DEADLINE_MS,
    });
    expect({ signal, status, stdout: stdout.trim() }).toEqual({ signal: null, status: 0, stdout: 'planned' });
  },
  DEADLINE_MS,
);
