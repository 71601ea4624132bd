// Who answers: ours with each planner, where everything is cached and where nothing is; Apollo's gateway; and the judge.

import { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import type { RecordAddress } from '../../gateway/cache/record.ts';
import { GatewayError } from '../../gateway/errors.ts';
import type { SubgraphClient } from '../../gateway/execution/subgraph-client.ts';
import { createApolloPlanner } from '../../gateway/federation/apollo-planner.ts';
import type { Plan, Planner } from '../../gateway/federation/plan.ts';
import { findPlanDefect } from '../../gateway/federation/plan-defect.ts';
import { withSecondOpinion } from '../../gateway/federation/second-opinion.ts';
import { prepareSupergraph, type Supergraph } from '../../gateway/federation/supergraph.ts';
import { answerOfOurs, askApollo, createLocalExecutor } from '../support/local-graph.ts';
import { supergraphForApollo } from '../support/supergraph-for-apollo.ts';
import { createListedStore, NOTHING_IS_PURGED, PLAIN_RULES } from '../unit/execution/both-executors.ts';
import { generatedSubgraphs, type Serial } from './generated-subgraphs.ts';
import { createGraphData } from './graph-data.ts';
import { readGraphModel } from './graph-model.ts';
import { mergedAnswer } from './merged-answer.ts';
import type { Variables } from './operation-arbitrary.ts';
import type { SubgraphSdl } from './sdl-draft.ts';
import { createSubgraphRunner } from './subgraph-runner.ts';

/** One answer, as it is compared. */
export interface Told {
  /** JSON text of `data`, keys in their order; `null` where there is none. */
  readonly data: string;
  /** One text each, sorted: message, path and extensions. */
  readonly errors: readonly string[];
}

export type PlannerName = 'hive' | 'apollo';

export interface Ours {
  readonly planner: PlannerName;
  cached(query: string, variables: Variables): Promise<Told>;
  uncached(query: string, variables: Variables): Promise<Told>;
  /** Drops the records that it names. */
  forget(chooses: (address: RecordAddress) => boolean): void;
  /** Requests to subgraphs since it was read last. */
  takeSent(): readonly string[];
}

export interface Contestants {
  readonly schema: GraphQLSchema;
  readonly ours: readonly Ours[];
  apollo(query: string, variables: Variables): Promise<Told>;
  /** What is right where each subgraph finds every entity. */
  right(query: string, variables: Variables): Promise<Told>;
  /** Apollo's requests to subgraphs since it was read last. */
  takeSent(): readonly string[];
  /** Operations for which Hive's planner was no help. */
  readonly fallbacks: ReadonlyMap<string, string>;
  pass(ms: number): void;
  stop(): Promise<void>;
}

export interface World {
  readonly supergraphSdl: string;
  readonly subgraphs: readonly SubgraphSdl[];
  readonly seed: number;
  readonly faultPercent: number;
  readonly unknownPercent: number;
  /** What subgraphs say of their answers' lifetimes, one after the other; null: they may not be kept. */
  readonly lifetimesMs: readonly (number | null)[];
}

export async function startContestants(world: World): Promise<Contestants> {
  const { supergraphSdl, seed, faultPercent, unknownPercent } = world;
  const serial: Serial = { last: 0 };
  const data = createGraphData(readGraphModel(world.subgraphs), { seed, faultPercent });
  const runner = createSubgraphRunner(generatedSubgraphs(world.subgraphs, data, { serial, unknownPercent }));
  const fallbacks = new Map<string, string>();
  const supergraph = await prepareSupergraph(supergraphSdl, {
    authorization: 'refuse',
    onFallback: (document, reason) => fallbacks.set(document, reason),
  });
  let passedMs = 0;
  const nowAt = (): number => 1_700_000_000_000 + passedMs;
  const planners: Readonly<Record<PlannerName, Planner>> = {
    hive: supergraph.planner,
    apollo: withSecondOpinion(createApolloPlanner(supergraphSdl), NOBODY, {
      defectOf: ({ node }, asked) => findPlanDefect(node, asked, supergraph.facts),
      onFallback: () => undefined,
      onRefusal: () => undefined,
      monotonicMs: () => 0,
    }),
  };
  const sentByApollo: string[] = [];
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphForApollo(supergraphSdl),
    buildService: ({ name }) => ({
      async process({ request }) {
        const { query = '', variables = {} } = request;
        sentByApollo.push(`${name}: ${query} ${JSON.stringify(variables)}`);
        return JSON.parse(await runner.run(name, query, variables));
      },
    }),
    logger: SILENT,
    queryPlannerConfig: { debug: { pathsLimit: MOST_PATHS } },
  });
  const { executor, schema } = await gateway.load();
  const client = (sent: string[]): SubgraphClient => {
    let count = 0;
    return {
      async send(subgraph, body) {
        const { query, variables } = JSON.parse(body.toString());
        sent.push(`${subgraph}: ${query} ${JSON.stringify(variables)}`);
        const ttlMs = world.lifetimesMs[count % world.lifetimesMs.length] ?? null;
        count += 1;
        const answer = Buffer.from(await runner.run(subgraph, query, variables));
        return {
          kind: 'answer',
          body: answer,
          lifetime: ttlMs === null ? { kind: 'no-store' } : { kind: 'store', ttlMs, scope: 'public' },
        };
      },
    };
  };
  const begin = (sent: string[]): void => {
    serial.last = 0;
    sent.length = 0;
  };
  return {
    schema: supergraph.apiSchema,
    fallbacks,
    ours: (['hive', 'apollo'] as const).map((name) =>
      startOurs(name, { ...supergraph, planner: remembering(planners[name]) }, client, begin, nowAt),
    ),
    async apollo(query, variables) {
      begin(sentByApollo);
      const { data: told, errors } = await askApollo({ executor, schema }, query, { ...variables });
      return { data: JSON.stringify(told ?? null), errors: errorTexts(errors) };
    },
    async right(query, variables) {
      const { data: told, errors } = await mergedAnswer(supergraph.apiSchema, data, query, variables);
      return { data: JSON.stringify(told ?? null), errors: errorTexts(errors) };
    },
    takeSent: () => [...sentByApollo],
    pass(ms) {
      passedMs += ms;
    },
    async stop() {
      supergraph.close();
      await gateway.stop();
    },
  };
}

/** Where there are more, Apollo's planner takes minutes. */
const MOST_PATHS = 1_000;

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

const NOBODY: Planner = {
  plan: () => Promise.reject(new GatewayError('PLAN_FAILED', 'there is no other planner to ask')),
};

/** One plan for the executor that caches and the one that does not. */
function remembering(planner: Planner): Planner {
  const plans = new Map<string, Promise<Plan>>();
  return {
    plan(document) {
      const known = plans.get(document) ?? planner.plan(document);
      plans.set(document, known);
      return known;
    },
  };
}

function startOurs(
  planner: PlannerName,
  supergraph: Supergraph,
  clientOf: (sent: string[]) => SubgraphClient,
  begin: (sent: string[]) => void,
  nowAt: () => number,
): Ours {
  const sent: string[] = [];
  const { store, addresses } = createListedStore({ clock: { nowAt } });
  const judge = NOTHING_IS_PURGED;
  const client = clientOf(sent);
  const cached = createLocalExecutor(supergraph, { store, judge, rules: PLAIN_RULES, client, nowAt });
  const rules = { ...PLAIN_RULES, isCached: () => false };
  const uncached = createLocalExecutor(supergraph, { store, judge, rules, client, nowAt });
  const ask = async (executor: typeof cached, query: string, variables: Variables): Promise<Told> => {
    begin(sent);
    try {
      const { dataText, errors } = await answerOfOurs(executor, query, variables);
      return { data: dataText === null ? 'null' : dataText.trimEnd(), errors: errorTexts(errors) };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { data: 'null', errors: [`${error.code}: ${error.message}`] };
    }
  };
  return {
    planner,
    cached: (query, variables) => ask(cached, query, variables),
    uncached: (query, variables) => ask(uncached, query, variables),
    forget(chooses) {
      for (const [text, address] of addresses) {
        if (!chooses(address)) continue;
        store.drop(address);
        addresses.delete(text);
      }
    },
    takeSent: () => [...sent],
  };
}

/** Where something stands in an operation's text is not told by subgraphs; stacks are for developers. */
function errorTexts(errors: readonly unknown[] = []): readonly string[] {
  return errors
    .map((error) => {
      const { message, path, extensions } = JSON.parse(JSON.stringify(error));
      return JSON.stringify({ message, path, extensions: { ...extensions, stacktrace: undefined } });
    })
    .sort();
}
