// A supergraph whose subgraphs run in this process: our executor and Apollo's gateway beside each other, on the same resolvers.

import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { silentCacheMetrics } from '../../gateway/cache/cache-metrics.ts';
import { createFlights } from '../../gateway/cache/flights.ts';
import type { Judge } from '../../gateway/cache/judge.ts';
import type { EntityStore } from '../../gateway/cache/record.ts';
import { createAddressing } from '../../gateway/cache/record-address.ts';
import type { Answer } from '../../gateway/execution/answer.ts';
import { createExecutor } from '../../gateway/execution/create-executor.ts';
import type { Executor, RequestScope } from '../../gateway/execution/executor.ts';
import { createFamilies } from '../../gateway/execution/families.ts';
import { createKnowledge } from '../../gateway/execution/knowledge.ts';
import type { CacheRules, ExecutionContext } from '../../gateway/execution/run.ts';
import type { SubgraphClient } from '../../gateway/execution/subgraph-client.ts';
import { createWaits } from '../../gateway/execution/waits.ts';
import { wholeBody } from '../../gateway/execution/whole-body.ts';
import { createApolloPlanner } from '../../gateway/federation/apollo-planner.ts';
import type { Planner } from '../../gateway/federation/plan.ts';
import { startPlannerProcess } from '../../gateway/federation/planner-process.ts';
import { prepareSupergraph, type Supergraph } from '../../gateway/federation/supergraph.ts';
import { composedLocally } from './composed.ts';
import { supergraphForApollo } from './supergraph-for-apollo.ts';

export interface LocalSubgraph {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers: GraphQLResolverMap<unknown>;
}

export interface LocalAnswer {
  readonly data: unknown;
  readonly errors?: readonly unknown[];
  readonly extensions?: unknown;
}

/** Is somebody there who waits for the answer? */
export type LocalClient = Pick<RequestScope, 'hasGone' | 'signal'>;

export const GONE: LocalClient = { hasGone: true, signal: AbortSignal.abort() };
/** More than any test asks at once. */
const WAIT_COUNT = 100_000;
const STAYING: LocalClient = { hasGone: false, signal: new AbortController().signal };

export interface SentRequest {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface LocalGraph {
  readonly supergraphSdl: string;
  /** Requests that our executor sent to subgraphs. */
  readonly sent: SentRequest[];
  /** @param client absent: one that stays */
  ours(query: string, variables?: Record<string, unknown>, client?: LocalClient): Promise<LocalAnswer>;
  /** Ours, where the configuration says that nothing is ever cached. */
  uncached(query: string, variables?: Record<string, unknown>): Promise<LocalAnswer>;
  apollo(query: string, variables?: Record<string, unknown>): Promise<LocalAnswer>;
  stop(): Promise<void>;
}

export interface LocalGraphOptions {
  /** Without: nothing is ever stored. */
  readonly store?: EntityStore;
  readonly judge: Judge;
  readonly rules: CacheRules;
  /** What a subgraph says of its answer's lifetime. */
  readonly ttlMs: number | null;
  /** Who plans for our executor; absent: whom the product would ask. */
  readonly planner?: 'hive' | 'apollo' | undefined;
}

export async function startLocalGraph(
  subgraphs: readonly LocalSubgraph[],
  options: LocalGraphOptions & { readonly store: EntityStore },
): Promise<LocalGraph> {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const supergraphSdl = composedLocally(subgraphs);
  const schemas = new Map(
    subgraphs.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]),
    ]),
  );
  const sent: SentRequest[] = [];
  const supergraph = await prepareSupergraph(supergraphSdl, { authorization: 'refuse' });
  const planner = plannerOf(supergraph, options.planner);
  const planned = { ...supergraph, planner };
  const executor = ourExecutor(planned, schemas, sent, options);
  const rules = { ...options.rules, isCached: () => false };
  const uncachedExecutor = ourExecutor(planned, schemas, [], { ...options, rules });
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphForApollo(supergraphSdl),
    buildService: ({ name }) => localDataSource(schemas, name),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const { executor: apolloExecutor, schema: apiSchema } = await gateway.load();
  return {
    supergraphSdl,
    sent,
    ours: (query, variables = {}, client) => askOurs(executor, query, variables, client),
    uncached: (query, variables = {}) => askOurs(uncachedExecutor, query, variables),
    apollo: (query, variables = {}) => askApollo({ executor: apolloExecutor, schema: apiSchema }, query, variables),
    async stop() {
      planner.close?.();
      supergraph.close();
      await gateway.stop();
    },
  };
}

export async function askApollo(
  { executor, schema }: Pick<Awaited<ReturnType<ApolloGateway['load']>>, 'executor' | 'schema'>,
  query: string,
  variables: Record<string, unknown>,
): Promise<LocalAnswer> {
  const document = parse(query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) throw new Error(`not a valid operation: ${invalid[0]?.message}`);
  const operation = document.definitions.find((d) => d.kind === 'OperationDefinition');
  const result = await executor({
    document,
    operation,
    operationName: operation?.kind === 'OperationDefinition' ? operation.name?.value : undefined,
    queryHash: query,
    source: query,
    request: { query, variables },
    context: {},
    metrics: {},
    schema,
    logger: console,
    cache: undefined as never,
  } as never);
  return plain(result) as LocalAnswer;
}

function plannerOf({ sdl, planner }: Supergraph, chosen: LocalGraphOptions['planner']): Planner & { close?(): void } {
  if (chosen === 'apollo') return createApolloPlanner(sdl);
  return chosen === 'hive' ? startPlannerProcess(sdl) : planner;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export async function askOurs(
  executor: Executor,
  query: string,
  variables: Record<string, unknown>,
  client: LocalClient = STAYING,
): Promise<LocalAnswer> {
  const answer = await answerOfOurs(executor, query, variables, client);
  return {
    data: answer.dataText === null ? undefined : JSON.parse(answer.dataText),
    ...(answer.errors.length > 0 && { errors: answer.errors }),
    ...(answer.extensions && { extensions: answer.extensions }),
  };
}

/** As it is written, without a look into it. */
export async function answerOfOurs(
  executor: Executor,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  client: LocalClient = STAYING,
): Promise<Pick<Answer, 'dataText' | 'errors' | 'extensions'>> {
  const operation = executor.find(query, null) ?? (await executor.admit(query, null, parse(query)));
  const coerced = operation.coerce(variables);
  if ('errors' in coerced) return { dataText: null, errors: coerced.errors, extensions: null };
  const scope: RequestScope = {
    headers: {},
    subject: null,
    hasGone: client.hasGone,
    get signal() {
      return client.signal;
    },
  };
  const answer = await executor.run(operation, coerced.variables, variables, scope);
  return { ...answer, dataText: dataTextOf(answer) };
}

/** JSON of the data, as it stands in a body that is made already. */
function dataTextOf({ dataText, body, extensions }: Answer): string | null {
  if (body === null) return dataText;
  const around = wholeBody('', extensions === null ? null : JSON.stringify(extensions));
  return body.toString('utf8').slice(DATA.length, DATA.length - around.length);
}

const DATA = '{"data":';

function ourExecutor(
  supergraph: Supergraph,
  schemas: ReadonlyMap<string, GraphQLSchema>,
  sent: SentRequest[],
  options: LocalGraphOptions & { readonly store: EntityStore },
): Executor {
  const { judge, rules, store } = options;
  const client: SubgraphClient = {
    async send(subgraph, body) {
      const { query, variables } = JSON.parse(body.toString());
      sent.push({ subgraph, query, variables });
      const schema = schemas.get(subgraph);
      if (schema === undefined) return { kind: 'failure', message: `no subgraph ${subgraph}`, extensions: {} };
      const result = await run(schema, query, variables);
      const lifetime =
        options.ttlMs === null
          ? ({ kind: 'no-store' } as const)
          : ({ kind: 'store', ttlMs: options.ttlMs, scope: 'public' } as const);
      return { kind: 'answer', body: Buffer.from(JSON.stringify(result)), lifetime };
    },
  };
  return createLocalExecutor(supergraph, { judge, rules, store, client });
}

/** Our executor without headers and subjects: everything is everyone's. */
export function createLocalExecutor(
  supergraph: Supergraph,
  {
    judge,
    rules,
    store,
    client,
    nowAt = () => Date.now(),
  }: Pick<ExecutionContext, 'judge' | 'rules' | 'store' | 'client'> & Partial<Pick<ExecutionContext, 'nowAt'>>,
): Executor {
  const addressing = createAddressing({ graph: 'local', formatVersion: 1 });
  return createExecutor({
    supergraph,
    operationsCount: 100,
    subjectHash: () => null,
    scopeFor: () => ({ cacheable: true, headersDigest: '', headers: {}, isPersonal: false }),
    context: {
      facts: supergraph.facts,
      rules,
      store,
      judge,
      flights: createFlights({
        judge,
        clock: { nowAt },
        metrics: silentCacheMetrics,
        longestFetchMs: 5_000,
      }),
      client,
      family: createFamilies(addressing, supergraph.facts, rules),
      knowledge: createKnowledge(),
      waits: createWaits(WAIT_COUNT),
      nowAt,
      random: () => 0,
    },
  });
}

function localDataSource(schemas: ReadonlyMap<string, GraphQLSchema>, name: string): GraphQLDataSource {
  return {
    async process({ request }) {
      const schema = schemas.get(name);
      if (schema === undefined) throw new Error(`no subgraph ${name}`);
      return (await run(schema, request.query ?? '', request.variables ?? {})) as never;
    },
  };
}

async function run(
  schema: GraphQLSchema,
  query: string,
  variables: Record<string, unknown>,
): Promise<{
  data?: unknown;
  errors?: { message: string; path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[];
}> {
  const document: DocumentNode = parse(query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { errors: invalid.map((error) => ({ message: error.message })) };
  return plain(await execute({ schema, document, variableValues: variables, contextValue: {} })) as never;
}
