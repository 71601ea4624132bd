// The door to Hive's query planner (MIT, native code): its plans in our own words.

import type {
  FetchNode,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode as HiveNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { GatewayError, wordsOf } from '../errors.ts';
import type { EntityGroup, PathStep, Plan, PlanNode, Planner, RequiredSelection, Rewrite } from './plan.ts';

/**
 * @param supergraphSdl a federation-2 supergraph
 * @throws {GatewayError} SUPERGRAPH_INVALID, with the planner's own words
 */
export function createHivePlanner(supergraphSdl: string): Planner {
  const planner = openPlanner(supergraphSdl);
  const noLabels = new Set<string>();
  return {
    async plan(document): Promise<Plan> {
      try {
        const { node } = await planner.planAsync(document, null, noLabels, 0);
        return { node: node ? toNode(node, []) : null };
      } catch (error) {
        throw new GatewayError(
          'PLAN_FAILED',
          `expected a plan for the operation, the planner said: ${wordsOf(error)}`,
          {
            cause: error,
          },
        );
      }
    },
  };
}

function openPlanner(supergraphSdl: string): QueryPlanner {
  try {
    return new QueryPlanner(supergraphSdl);
  } catch (error) {
    throw new GatewayError(
      'SUPERGRAPH_INVALID',
      `expected a federation-2 supergraph, the planner said: ${wordsOf(error)}`,
      { cause: error },
    );
  }
}

function toNode(node: HiveNode, path: readonly PathStep[]): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((child) => toNode(child, path)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((child) => toNode(child, path)) };
    case 'Flatten':
      return toNode(node.node, [...path, ...node.path.map(toStep)]);
    case 'Fetch':
      return node.requires ? toEntityFetch(node, node.requires, path) : toRootFetch(node, path);
    case 'BatchFetch':
      return {
        kind: 'entities',
        subgraph: node.serviceName,
        document: node.operation,
        groups: node.entityBatch.aliases.map(
          (alias): EntityGroup => ({
            alias: alias.alias,
            paths: alias.paths.map((below) => [...path, ...below.map(toStep)]),
            requires: alias.requires.map(toRequired),
            inputRewrites: (alias.inputRewrites ?? []).map(toRewrite),
            outputRewrites: (alias.outputRewrites ?? []).map(toRewrite),
          }),
        ),
      };
    case 'Condition':
      throw new GatewayError('PLAN_FAILED', 'expected @skip and @include to be decided before planning');
    case 'Subscription':
    case 'Defer':
      throw new GatewayError(
        'PLAN_FAILED',
        `expected a query or a mutation, got one with ${node.kind.toLowerCase()}: not supported`,
      );
  }
}

function toRootFetch(node: FetchNode, path: readonly PathStep[]): PlanNode {
  return {
    kind: 'root',
    subgraph: node.serviceName,
    operationKind: node.operationKind === 'mutation' ? 'mutation' : 'query',
    document: node.operation,
    path,
    outputRewrites: (node.outputRewrites ?? []).map(toRewrite),
  };
}

function toEntityFetch(node: FetchNode, requires: readonly RequiresSelection[], path: readonly PathStep[]): PlanNode {
  const group: EntityGroup = {
    alias: '_entities',
    paths: [path],
    requires: requires.map(toRequired),
    inputRewrites: (node.inputRewrites ?? []).map(toRewrite),
    outputRewrites: (node.outputRewrites ?? []).map(toRewrite),
  };
  return { kind: 'entities', subgraph: node.serviceName, document: node.operation, groups: [group] };
}

function toStep(segment: FlattenNodePathSegment): PathStep {
  if (segment === '@') return { kind: 'list' };
  return 'Field' in segment
    ? { kind: 'field', name: segment.Field }
    : { kind: 'types', typenames: segment.TypeCondition };
}

/** Hive writes what to read as `name` and what to send as `alias`: the reverse of GraphQL's alias. */
function toRequired(selection: RequiresSelection): RequiredSelection {
  switch (selection.kind) {
    case 'Field':
      return {
        kind: 'field',
        name: selection.name,
        sentAs: selection.alias ?? selection.name,
        selections: selection.selections?.length ? selection.selections.map(toRequired) : null,
      };
    case 'InlineFragment':
      return { kind: 'fragment', typename: selection.typeCondition, selections: selection.selections.map(toRequired) };
    case 'FragmentSpread':
      throw new GatewayError(
        'PLAN_FAILED',
        `expected fields and inline fragments in "requires", got the spread ${selection.value}`,
      );
  }
}

function toRewrite(rewrite: FetchRewrite): Rewrite {
  const setter = 'ValueSetter' in rewrite ? rewrite.ValueSetter : 'setValueTo' in rewrite ? rewrite : null;
  if (setter !== null) return { kind: 'set', path: setter.path.map(toRewriteStep), value: setter.setValueTo };
  if ('KeyRenamer' in rewrite) {
    const { path, renameKeyTo } = rewrite.KeyRenamer;
    return { kind: 'rename', path: path.map(toRewriteStep), to: renameKeyTo };
  }
  throw new GatewayError('PLAN_FAILED', `expected a rewrite that sets or renames, got ${JSON.stringify(rewrite)}`);
}

const toRewriteStep = (step: { TypenameEquals: string[] } | { Key: string }): Rewrite['path'][number] =>
  'Key' in step ? { kind: 'key', name: step.Key } : { kind: 'types', typenames: step.TypenameEquals };
