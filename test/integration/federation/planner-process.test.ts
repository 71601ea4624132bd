// Planners work beside the gateway: an operation that is hard to plan holds up nobody who asks for another, and not for long.
import { spawnSync } from 'node:child_process';
import { setTimeout as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { startPlannerLanes } from '../../../gateway/federation/planner-lanes.ts';
import { APOLLO, type PlannerProcess, startPlannerProcess } from '../../../gateway/federation/planner-process.ts';
import { prepareSupergraph } from '../../../gateway/federation/supergraph.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';
import { createHandTimers } from '../../unit/purge/timers-by-hand.ts';

const STUCK = new URL('./stuck-planner.ts', import.meta.url);
/** Ms. A process that starts on a busy machine takes its time. */
const START_MS = 60_000;
const running: { close(): void }[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.close();
});

async function stuckPlanner() {
  const timers = createHandTimers();
  const planner: PlannerProcess = startPlannerProcess('', { program: STUCK, timer: timers.timer });
  running.push(planner);
  await planner.opened;
  return { planner, timers };
}

describe('a planner', { timeout: START_MS }, () => {
  it('that does not end is cut off, and this process goes on meanwhile', async () => {
    const { planner, timers } = await stuckPlanner();
    const stuck = planner.plan('stuck');
    for (let turns = 0; turns < 10; turns += 1) await turn(1);
    expect(timers.delaysMs()).toEqual([10_000]);
    timers.goOff();
    await expect(stuck).rejects.toMatchObject({
      code: 'PLAN_FAILED',
      message: 'expected a plan for the operation, the planner said: no plan within 10000 ms',
    });
  });

  it('plans for those who waited behind one that does not end, and for whoever comes after', async () => {
    const { planner, timers } = await stuckPlanner();
    const stuck = planner.plan('stuck');
    const behind = planner.plan('{ a }');
    timers.goOff();
    await expect(stuck).rejects.toMatchObject({ code: 'PLAN_FAILED' });
    expect(await behind).toEqual({ node: null });
    expect(await planner.plan('{ b }')).toEqual({ node: null });
    expect(timers.delaysMs()).toEqual([]);
  });

  it('is started anew when its process has ended', async () => {
    const { planner } = await stuckPlanner();
    await expect(planner.plan('crash')).rejects.toThrow('the planner said: its process ended (code 7)');
    expect(await planner.plan('{ a }')).toEqual({ node: null });
  });

  it('says once what was expected, whoever says what came', async () => {
    const { planner } = await stuckPlanner();
    await expect(planner.plan('bad')).rejects.toMatchObject({ code: 'PLAN_FAILED', message: 'in words of its own' });
    const { supergraphSdl = '' } = composeSupergraph([{ name: 'a', url: 'http://a', sdl: 'type Query { a: Int }' }]);
    for (const options of [{}, { program: APOLLO, starts: 'when asked' } as const]) {
      const real = startPlannerProcess(supergraphSdl, options);
      running.push(real);
      const words = await real.plan('{ nothing }').then(String, ({ message }: Error) => message);
      expect(words).toMatch(/^expected a plan for the operation, the planner said: (?!expected)/);
    }
  });

  it('that is asked only when needed and does not take the supergraph says so to whoever asks', async () => {
    const planner = startPlannerProcess('type Query { a: Int }', { program: APOLLO, starts: 'when asked' });
    running.push(planner);
    await expect(planner.plan('{ a }')).rejects.toThrow(/^expected a federation-2 supergraph, the planner said: /);
  });

  it('that was closed says so', async () => {
    const { planner } = await stuckPlanner();
    planner.close();
    await expect(planner.plan('{ a }')).rejects.toThrow('it was closed');
  });
});

describe('a document that is large once its fragments are expanded', { timeout: START_MS }, () => {
  const LARGE = `stuck${' '.repeat(20_000)}`;

  it('holds up only those that are large too, however long it is planned', async () => {
    const timers = createHandTimers();
    const planner = startPlannerLanes('', { program: STUCK, timer: timers.timer });
    running.push(planner);
    const stuck = planner.plan(LARGE);
    const behind = planner.plan(`{ a ${' '.repeat(20_000)} }`);
    expect(await planner.plan('{ a }')).toEqual({ node: null });
    expect(timers.delaysMs()).toEqual([10_000, 10_000]);
    timers.goOff();
    await expect(stuck).rejects.toMatchObject({ code: 'PLAN_FAILED' });
    expect(await behind).toEqual({ node: null });
  });
});

/** Asked in a process of its own: this one has loaded Apollo's planner for other ends. */
const PLAN = `
  import { createRequire } from 'node:module';
  import { prepareSupergraph } from ${JSON.stringify(new URL('../../../gateway/federation/supergraph.ts', import.meta.url).href)};
  const { planner } = await prepareSupergraph(process.env.SUPERGRAPH, { authorization: 'refuse' });
  const { node } = await planner.plan('{ item { double } }');
  const loaded = Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@apollo/query-planner'));
  console.log(node === null ? 'nothing' : 'planned', loaded ? 'here' : 'elsewhere');
  process.exit(0);
`;

describe("Apollo's planner plans elsewhere", { timeout: START_MS }, () => {
  it.each([
    [
      "where Hive's finds no plan",
      [
        subgraph('a', 'type Query { item: A } type A @key(fields: "id") { id: ID! size: Int }'),
        subgraph(
          'b',
          `type A @key(fields: "id") @key(fields: "code") {
             id: ID! code: String size: Int @external double: Int @requires(fields: "size")
           }`,
        ),
      ],
    ],
    [
      'where it is asked first, for interface objects',
      [
        subgraph(
          'a',
          'type Query { item: I } interface I @key(fields: "id") { id: ID! } type A implements I @key(fields: "id") { id: ID! }',
        ),
        subgraph('b', 'type I @key(fields: "id") @interfaceObject { id: ID! double: Int }'),
      ],
    ],
  ])('%s', (_where, subgraphs) => {
    const { supergraphSdl, errors } = composeSupergraph(
      subgraphs.map(({ name, typeDefs }) => ({ name, url: `http://${name}.test`, sdl: typeDefs })),
    );
    expect(errors).toBeUndefined();
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', PLAN], {
      env: { ...process.env, SUPERGRAPH: supergraphSdl },
      encoding: 'utf8',
      timeout: START_MS,
    });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: 'planned elsewhere', stderr: '' });
  });
});

it('what neither planner can plan is said in the words of the first, once', { timeout: START_MS }, async () => {
  const { supergraphSdl = '' } = composeSupergraph([{ name: 'a', url: 'http://a', sdl: 'type Query { a: Int }' }]);
  const supergraph = await prepareSupergraph(supergraphSdl, { authorization: 'refuse' });
  running.push(supergraph);
  const words = await supergraph.planner.plan('{ nothing }').then(String, ({ message }: Error) => message);
  expect(words.match(/the planner said/g)).toHaveLength(1);
});
