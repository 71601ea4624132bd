// Compiles an operation once: its plan, its fetches, the shape of its answer.

import { randomUUID } from 'node:crypto';
import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { EntityFetch, Plan, PlanNode, RootFetch, UnfetchedField } from '../federation/plan.ts';
import type { SubgraphFacts, SupergraphFacts } from '../federation/subgraph-facts.ts';
import type { Supergraph } from '../federation/supergraph.ts';
import type { VariableValues } from './canonical-name.ts';
import { coerceVariables } from './coerce-variables.ts';
import { compileDirect } from './compile-direct.ts';
import { compileEntityFetch, compileRootFetch } from './compiled-fetch.ts';
import { conditionVariables } from './condition.ts';
import { createDirectAttempts, type DirectAttempts } from './direct-attempt.ts';
import type { KnownOperation } from './executor.ts';
import type { VariantMemo } from './kept-variants.ts';
import { createOutSelection, type OutSelection } from './output-selection.ts';
import { toPlanningDocument } from './planning-document.ts';
import type { CompiledFetches } from './run-plan.ts';
import type { SelectionRules } from './selection.ts';
import { findVerbatim, NOTHING_VERBATIM, type VerbatimFields } from './verbatim.ts';

export interface CompiledOperation extends KnownOperation {
  /** For introspection. */
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The operation with its conditions decided: planned when they are first met. @throws {GatewayError} PLAN_FAILED */
  variant(coerced: VariableValues): Promise<OperationVariant>;
}

export interface OperationVariant {
  /** Characters of what was planned, all fragments expanded: what is made of it takes some hundred times as many bytes. */
  readonly size: number;
  readonly plan: PlanNode | null;
  /** What the plan does not bring. */
  readonly unfetched: readonly UnfetchedField[];
  /** Those that the plan fetches from, each once. */
  readonly subgraphs: readonly string[];
  readonly fetches: CompiledFetches;
  readonly output: OutSelection;
  /** Found when it is first asked for. */
  verbatim(): VerbatimFields;
  /** For requests of which nothing may be cached. Compiled when it is first asked for. */
  direct(): DirectAttempts;
}

/** Characters that a variant counts for beside what was planned. */
const SMALLEST_VARIANT = 1_000;

/** @param document parsed and validated against the API schema. @throws {GatewayError} PLAN_FAILED */
export async function compileOperation(
  document: DocumentNode,
  operationName: string | null,
  supergraph: Supergraph,
  rules: SelectionRules,
  variants: VariantMemo<OperationVariant>,
): Promise<CompiledOperation> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, withoutLocations(definition));
  }
  const operation = pickOperation(document, operationName);
  const { apiSchema } = supergraph;
  const kind = operation.operation === 'mutation' ? 'mutation' : 'query';
  const rootType = kind === 'mutation' ? apiSchema.getMutationType() : apiSchema.getQueryType();
  if (operation.operation === 'subscription' || !rootType) {
    const message = 'Expected a query or a mutation, got a subscription: subscriptions are not supported';
    throw new GatewayError('OPERATION_UNSUPPORTED', message);
  }
  const source: VariantSource = {
    operation: withoutLocations(operation),
    fragments,
    kind,
    rootType,
    supergraph,
    rules,
  };
  const conditions = conditionVariables(document);
  const variant = (coerced: VariableValues): Promise<OperationVariant> =>
    variants(combinationOf(conditions, coerced), () => compileVariant(source, coerced));
  // What every request of it needs is planned now: a plan that cannot be is told when the operation is admitted.
  if (conditions.length === 0) await variant({});
  return {
    id: randomUUID(),
    kind,
    slowRoadOnly: kind === 'mutation' || hasIntrospection(document),
    operation,
    fragments,
    coerce: (variables) => coerceVariables(apiSchema, operation, variables),
    variant,
  };
}

/** What all variants of an operation are made of. */
interface VariantSource {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly kind: CompiledOperation['kind'];
  readonly rootType: GraphQLObjectType;
  readonly supergraph: Supergraph;
  readonly rules: SelectionRules;
}

/** Out here, for a closure in there holds on to all that the operation does. */
async function compileVariant(source: VariantSource, variables: VariableValues): Promise<OperationVariant> {
  const { operation, fragments, kind, rootType, supergraph, rules } = source;
  const { apiSchema } = supergraph;
  const { conflicts, directives, planner } = supergraph;
  const spec = { schema: apiSchema, rootType, fragments, conflicts, directives, variables };
  const planning = toPlanningDocument(operation, spec);
  const { node: plan, unfetched = [] } = planning.text === null ? NO_PLAN : await planner.plan(planning.text);
  const output = createOutSelection(rootType, [operation.selectionSet], {
    schema: apiSchema,
    fragments,
    variables,
    planNameOf: (field: FieldNode) => planning.planNameOf(field),
  });
  const subgraphs = plan === null ? [] : [...new Set(subgraphsOf(plan))];
  const fetches = createFetches(supergraph, rules);
  let found: VerbatimFields | null = null;
  const verbatim = (): VerbatimFields => {
    found ??= plan === null ? NOTHING_VERBATIM : findVerbatim(plan, fetches, output);
    return found;
  };
  let attempts: DirectAttempts | null = null;
  const direct = (): DirectAttempts => {
    attempts ??= createDirectAttempts(
      plan === null || kind === 'mutation' || unfetched.length > 0
        ? null
        : compileDirect(plan, fetches, output, supergraph.facts),
    );
    return attempts;
  };
  const size = SMALLEST_VARIANT + (planning.text?.length ?? 0);
  return { size, plan, unfetched, subgraphs, output, fetches, verbatim, direct };
}

/** Each location holds on to the whole text that it is in, and to its tokens: comments without end are no part of a variant's size. */
const withoutLocations = <Node extends ASTNode>(node: Node): Node =>
  visit(node, { enter: ({ loc: _loc, ...bare }: ASTNode) => bare });

const NO_PLAN: Plan = { node: null };

function pickOperation(document: DocumentNode, operationName: string | null): OperationDefinitionNode {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const operation = operationName === null ? operations[0] : operations.find((o) => o.name?.value === operationName);
  if (operation === undefined || (operationName === null && operations.length > 1)) {
    throw new GatewayError(
      'PLAN_FAILED',
      `expected the name of one of ${operations.length} operations, got ${operationName ?? 'none'}`,
    );
  }
  return operation;
}

function subgraphsOf(node: PlanNode): readonly string[] {
  return 'nodes' in node ? node.nodes.flatMap(subgraphsOf) : [node.subgraph];
}

function createFetches({ facts }: Supergraph, rules: SelectionRules): CompiledFetches {
  return {
    root: memoizeFetch((fetch: RootFetch) => compileRootFetch(fetch, subgraphOf(fetch.subgraph, facts), rules)),
    entities: memoizeFetch((fetch: EntityFetch) => compileEntityFetch(fetch, subgraphOf(fetch.subgraph, facts), rules)),
  };
}

function subgraphOf(name: string, facts: SupergraphFacts): SubgraphFacts {
  const subgraph = facts.subgraphs.get(name);
  if (subgraph === undefined)
    throw new GatewayError('INTERNAL_SERVER_ERROR', `the plan names an unknown subgraph: ${name}`);
  return subgraph;
}

function memoizeFetch<Fetch extends object, Compiled>(compile: (fetch: Fetch) => Compiled): (fetch: Fetch) => Compiled {
  const memo = new WeakMap<Fetch, Compiled>();
  return (fetch) => {
    const known = memo.get(fetch);
    if (known !== undefined) return known;
    const compiled = compile(fetch);
    memo.set(fetch, compiled);
    return compiled;
  };
}

function hasIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field(node) {
      if (node.name.value === '__schema' || node.name.value === '__type') found = true;
    },
  });
  return found;
}

function combinationOf(conditions: readonly string[], coerced: VariableValues): string {
  let combination = '';
  for (const name of conditions) combination += coerced[name] === true ? '1' : '0';
  return combination;
}
