// A supergraph made ready: checked, its facts read, its API schema built, its planner opened.

import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { GatewayError } from '../errors.ts';
import { buildApiSchema, directivesForSubgraphs } from './api-schema.ts';
import { createFieldConflicts, type FieldConflicts } from './field-conflicts.ts';
import { withKeeper } from './keeping-planner.ts';
import { linksOf } from './links.ts';
import type { Planner } from './plan.ts';
import { findPlanDefect } from './plan-defect.ts';
import { startPlannerLanes } from './planner-lanes.ts';
import { APOLLO } from './planner-process.ts';
import { type SecondOpinionOptions, withSecondOpinion } from './second-opinion.ts';
import { readSupergraphFacts, type SupergraphFacts } from './subgraph-facts.ts';

export interface Supergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  /** Names of the directives of operations that subgraphs are told. */
  readonly directives: ReadonlySet<string>;
  readonly facts: SupergraphFacts;
  readonly conflicts: FieldConflicts;
  readonly planner: Planner;
  /** Ends the planners' processes. Operations that are compiled go on. */
  close(): void;
}

export interface SupergraphOptions {
  /** `refuse`: a supergraph with `@authenticated`, `@requiresScopes` or `@policy` is an error, since nothing here enforces them. */
  readonly authorization: 'refuse' | 'ignore';
  /** An operation that only the second planner could plan, or plan without a defect. */
  readonly onFallback?: (document: string, reason: string) => void;
  /** An operation that no planner could plan. Told once in a while, however often it is asked for. */
  readonly onRefusal?: (document: string, reason: string) => void;
}

/** Specs whose directives must be enforced to be safe. */
const AUTHORIZATION_SPECS = new Set(['authenticated', 'requiresScopes', 'policy']);

/** Specs that change what an answer is and that execution here does not know. */
const UNSUPPORTED_SPECS = new Set(['context', 'connect']);

/**
 * @param sdl the text of a federation-2 supergraph
 * @throws {GatewayError} SUPERGRAPH_INVALID, SUPERGRAPH_UNSUPPORTED
 */
export async function prepareSupergraph(sdl: string, options: SupergraphOptions): Promise<Supergraph> {
  const document = parseSupergraph(sdl);
  refuseUnsupported(document, options);
  const facts = readSupergraphFacts(document);
  let apiSchema: GraphQLSchema;
  try {
    apiSchema = buildApiSchema(document);
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
  const hive = startPlannerLanes(sdl);
  try {
    await hive.opened;
  } catch (error) {
    hive.close();
    throw error;
  }
  const apollo = startPlannerLanes(sdl, { program: APOLLO, starts: 'when asked' });
  const close = (): void => {
    hive.close();
    apollo.close();
  };
  const judging: SecondOpinionOptions = {
    defectOf: ({ node }, asked) => findPlanDefect(node, asked, facts),
    onFallback: options.onFallback ?? (() => undefined),
    onRefusal: options.onRefusal ?? (() => undefined),
    monotonicMs: () => performance.now(),
  };
  const opinions = withSecondOpinion(hive, apollo, judging);
  const planner = withKeeper(opinions, withSecondOpinion(apollo, NOBODY, judging), apiSchema);
  const directives = directivesForSubgraphs(document);
  return { sdl, apiSchema, directives, facts, conflicts: createFieldConflicts(facts), planner, close };
}

/** Where the first is the only one that keeps what matters. */
const NOBODY: Planner = {
  plan: () => Promise.reject(new GatewayError('PLAN_FAILED', 'there is no other planner to ask')),
};

function parseSupergraph(sdl: string): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(sdl, { noLocation: false });
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
  const specs = linksOf(document).map((link) => link.spec);
  if (!specs.includes('join')) {
    throw invalid(
      'no @link to the join spec was found: compose the subgraphs first (freshet compose, or rover supergraph compose)',
      null,
    );
  }
  return document;
}

const invalid = (words: string, cause: unknown): GatewayError =>
  new GatewayError('SUPERGRAPH_INVALID', `expected a federation-2 supergraph: ${words}`, { cause });

function refuseUnsupported(document: DocumentNode, options: SupergraphOptions): void {
  const links = linksOf(document);
  const authorization = links.filter((link) => AUTHORIZATION_SPECS.has(link.spec)).map((link) => `@${link.directive}`);
  if (authorization.length > 0 && options.authorization === 'refuse') {
    throw new GatewayError(
      'SUPERGRAPH_UNSUPPORTED',
      `this gateway does not enforce ${authorization.join(', ')}, which the supergraph links: remove them, or set "authorization: ignore" to serve without enforcing them`,
    );
  }
  const unsupported = links.filter((link) => UNSUPPORTED_SPECS.has(link.spec)).map((link) => `@${link.directive}`);
  if (unsupported.length > 0) {
    throw new GatewayError('SUPERGRAPH_UNSUPPORTED', `the supergraph uses ${unsupported.join(', ')}: not supported`);
  }
}
