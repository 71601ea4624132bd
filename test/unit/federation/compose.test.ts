// Composition: what comes out for right and for wrong subgraphs, as a function and as a command.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { composeCommand } from '../../../gateway/federation/compose-command.ts';
import { DEFAULT_PORTS, SUBGRAPH_NAMES } from '../../../subgraphs/graph.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@cacheTag"])';
const A = {
  name: 'a',
  url: 'http://a/graphql',
  sdl: `${LINK} type Query { t: T } type T @key(fields: "id") { id: ID! one: Int }`,
};
const B = {
  name: 'b',
  url: 'http://b/graphql',
  sdl: `${LINK} type T @key(fields: "id") @cacheTag(format: "t-{$key.id}") { id: ID! two: Int }`,
};

describe('composeSupergraph', () => {
  it('keeps the cache tags, the URLs, and the same text in whatever order the subgraphs come', () => {
    const { supergraphSdl } = composeSupergraph([A, B]);
    expect(supergraphSdl).toContain(
      '@join__directive(graphs: [B], name: "federation__cacheTag", args: {format: "t-{$key.id}"})',
    );
    expect(supergraphSdl).toContain('url: "http://b/graphql"');
    expect(composeSupergraph([B, A]).supergraphSdl).toBe(supergraphSdl);
  });

  it('names what does not compose by the code of the composer', () => {
    const { errors } = composeSupergraph([A, { ...B, sdl: B.sdl.replace('two', 'one') }]);
    expect(errors).toEqual([{ code: 'INVALID_FIELD_SHARING', message: expect.stringContaining('T.one') }]);
  });

  it('says where a schema is no SDL, and whose', () => {
    const { errors } = composeSupergraph([A, { ...B, sdl: 'type T {\n  id: ID!\n  two Int }' }]);
    expect(errors).toEqual([
      { code: 'INVALID_GRAPHQL', message: expect.stringMatching(/^\[b\] line 3: Syntax Error/) },
    ]);
  });

  it('returns errors, and throws none, for two subgraphs of one name or a link that is not known', () => {
    expect(composeSupergraph([A, A]).errors?.length).toBeGreaterThan(0);
    expect(composeSupergraph([{ ...A, sdl: A.sdl.replace('v2.12', 'v9.9') }]).errors?.length).toBeGreaterThan(0);
  });
});

describe('freshet compose', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freshet-compose-'));
    await writeFile(join(folder, 'a.graphql'), A.sdl);
    await writeFile(join(folder, 'b.graphql'), B.sdl);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const given = (): string[] =>
    ['a', 'b'].map((name) => `${name}=${join(folder, name)}.graphql@http://${name}/graphql`);

  async function run(...args: string[]): Promise<{ exitCode: number; said: string }> {
    const said: string[] = [];
    const program = new Command('freshet').exitOverride().configureOutput({ writeErr: (text) => void said.push(text) });
    composeCommand(program);
    for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
    try {
      await program.parseAsync(['compose', ...args], { from: 'user' });
      return { exitCode: 0, said: said.join('') };
    } catch (error) {
      if (error instanceof CommanderError) return { exitCode: error.exitCode, said: said.join('') };
      throw error;
    }
  }

  it('writes the supergraph, and then finds it up to date', async () => {
    const out = join(folder, 'supergraph.graphql');
    expect(await run(...given(), '--out', out)).toEqual({ exitCode: 0, said: '' });
    expect(await readFile(out, 'utf8')).toBe(composeSupergraph([A, B]).supergraphSdl);
    expect(await run(...given(), '--out', out, '--check')).toEqual({ exitCode: 0, said: '' });
  });

  it('exits with 1 when the committed file is out of date or not there, and leaves it as it is', async () => {
    const out = join(folder, 'supergraph.graphql');
    expect(await run(...given(), '--out', out, '--check')).toEqual({
      exitCode: 1,
      said: expect.stringContaining('is not there'),
    });
    await writeFile(out, 'old');
    expect(await run(...given(), '--out', out, '--check')).toEqual({
      exitCode: 1,
      said: expect.stringContaining('is out of date'),
    });
    expect(await readFile(out, 'utf8')).toBe('old');
  });

  it('exits with 1 for subgraphs that do not compose', async () => {
    await writeFile(join(folder, 'b.graphql'), B.sdl.replace('two', 'one'));
    expect(await run(...given(), '--out', join(folder, 'x'))).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/the subgraphs do not compose:\n {2}INVALID_FIELD_SHARING: /),
    });
  });

  it.each([
    ['no URL', () => ['a=a.graphql'], 'expected NAME=FILE@URL'],
    ['a file that is not there', () => ['a=/no/such/file@http://a/graphql'], 'a: cannot read /no/such/file'],
    ['one name twice', () => [...given(), ...given()], 'expected each name once, got a twice'],
    ['--check without --out', () => [...given(), '--check'], '--check needs --out'],
    ['a folder that is not there', () => [...given(), '--out', '/no/such/folder/x'], 'cannot write /no/such/folder/x'],
  ])('exits with 2 for %s', async (_, args, words) => {
    expect(await run(...args())).toEqual({ exitCode: 2, said: expect.stringContaining(words) });
  });

  it('the committed supergraph is what the four schemas compose to', async () => {
    const schema = fileURLToPath(new URL('../../../schema', import.meta.url));
    const subgraphs = SUBGRAPH_NAMES.map(
      (name) => `${name}=${schema}/${name}.graphql@http://127.0.0.1:${DEFAULT_PORTS[name]}/graphql`,
    );
    expect(await run(...subgraphs, '--out', `${schema}/supergraph.graphql`, '--check')).toEqual({
      exitCode: 0,
      said: '',
    });
  });
});
