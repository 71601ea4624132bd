// Our answers are those of plain @apollo/gateway on the same subgraphs: cold, warm, after each mutation; errors and their paths too.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloGateway, type GraphQLDataSourceProcessOptions, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSupergraphFile } from '../../gateway/federation/supergraph-file.ts';
import { type ClientOperation, readClientOperations } from '../../schema/operations.ts';
import { type RunningSystem, startSystem } from '../../subgraphs/embedded/system.ts';
import { bearer } from '../integration/subgraphs/graphql-request.ts';
import { eventually } from '../support/eventually.ts';
import { supergraphForApollo } from '../support/supergraph-for-apollo.ts';

const SECRET = 'of this test';
/** S of the embedded system, in ms, and a little for the answer itself. */
const BOUND_MS = 6_000;

interface ApolloContext {
  readonly authorization?: string;
}

class ForwardingDataSource extends RemoteGraphQLDataSource<ApolloContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<ApolloContext>): void {
    request.http?.headers.set('freshet-secret', SECRET);
    if (context?.authorization !== undefined) request.http?.headers.set('authorization', context.authorization);
  }
}

const operations = readClientOperations();
/** Apollo fetches the key `upc` under that name and shows it where the client's alias `upc` stands for `name`. */
const APOLLO_IS_WRONG = 'aliases-of-keys';
const queries = operations.filter(({ kind, name }) => kind === 'query' && name !== APOLLO_IS_WRONG);
const mutations = operations.filter(({ kind }) => kind === 'mutation');
const dataFolder = mkdtempSync(join(tmpdir(), 'freshet-equal-'));
let system: RunningSystem;
let apollo: ApolloServer<ApolloContext>;

beforeAll(async () => {
  system = await startSystem({
    env: { PATH: process.env.PATH, SUBGRAPH_SECRET: SECRET },
    dataFolder,
    scale: 0.05,
    port: '0',
    managementPort: '0',
    logLevel: 'silent',
    say: () => undefined,
    onSeed: () => undefined,
  });
  const urls = new Map(system.subgraphs.map(({ name, url }) => [name, url]));
  const sdl = await readSupergraphFile(new URL('../../schema/supergraph.graphql', import.meta.url).pathname);
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphForApollo(sdl),
    buildService: ({ name }) => new ForwardingDataSource({ url: urls.get(name) ?? '' }),
  });
  apollo = new ApolloServer<ApolloContext>({ gateway, introspection: true });
  await apollo.start();
});

afterAll(async () => {
  await apollo?.stop();
  await system?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

interface Told {
  readonly data: { readonly p: Readonly<Record<string, unknown>> };
  readonly errors: readonly string[];
  readonly valueCompletion: unknown;
}

/** Errors by message, path and service; which comes first is chance, since fields are resolved at once. */
function told({ data, errors = [], extensions }: FormattedExecutionResult): Told {
  const texts = errors.map(({ message, path, extensions: { serviceName, code } = {} }) =>
    JSON.stringify({ message, path, serviceName, code }),
  );
  return JSON.parse(JSON.stringify({ data, errors: texts.sort(), valueCompletion: extensions?.valueCompletion }));
}

async function ours({ text, variables, subject }: ClientOperation): Promise<Told> {
  const response = await fetch(`${system.gateway.publicOrigin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(subject !== null && { authorization: bearer(subject) }) },
    body: JSON.stringify({ query: text, variables }),
  });
  return told((await response.json()) as FormattedExecutionResult);
}

async function theirs({ text, variables, subject }: ClientOperation): Promise<Told> {
  const { body } = await apollo.executeOperation(
    { query: text, variables: { ...variables } },
    { contextValue: subject === null ? {} : { authorization: bearer(subject) } },
  );
  if (body.kind !== 'single') throw new Error('expected a single answer');
  return told(body.singleResult);
}

describe('beside plain @apollo/gateway', () => {
  it('there are at least 60 queries to compare', () => {
    expect(queries.length).toBeGreaterThanOrEqual(60);
  });

  it.each(queries)('the query $name gets the same answer cold and warm', async (operation) => {
    const expected = await theirs(operation);
    expect(await ours(operation)).toEqual(expected);
    expect(await ours(operation)).toEqual(expected);
    expect(await ours(operation)).toEqual(expected);
  });

  it('an alias that is named as a key shows the field that it stands for', async () => {
    const operation = operations.find(({ name }) => name === APOLLO_IS_WRONG);
    if (operation === undefined) throw new Error(`no operation is named ${APOLLO_IS_WRONG}`);
    const plain = { ...operation, text: '{ p: product(upc: "1") { upc name category sku } }' };
    const { upc, name, category, sku } = (await theirs(plain)).data.p;
    for (let round = 0; round < 3; round += 1) {
      expect((await ours(operation)).data.p).toMatchObject({ key: upc, upc: name, sku: category, id: sku });
    }
  });

  it('all queries get the same answers after all others have filled the cache', async () => {
    for (const operation of [...queries].reverse()) {
      expect(await ours(operation), operation.name).toEqual(await theirs(operation));
    }
  });

  it.each(mutations)('after the mutation $name every query gets the new answer within the bound', async (mutation) => {
    const { errors } = await ours(mutation);
    const codes = [...new Set(errors.map((error) => String(JSON.parse(error).code)))].sort();
    expect(codes).toEqual(mutation.errorCodes);
    const deadlineAt = performance.now() + BOUND_MS;
    for (const query of queries) {
      await eventually(async () => expect(await ours(query)).toEqual(await theirs(query)) ?? true, {
        timeoutMs: Math.max(500, deadlineAt - performance.now()),
        what: `the new answer of ${query.name}`,
      });
    }
  });
});
