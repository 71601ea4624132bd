// The door to Apollo's query planner (Elastic License 2.0): the second opinion. Loaded in the process in which it works alone.

import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import {
  type PlanNode as ApolloNode,
  type FetchDataRewrite,
  type FetchNode,
  QueryPlanner,
  type QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { parse } from 'graphql';
import { GatewayError, wordsOf } from '../errors.ts';
import type { EntityGroup, PathStep, PlanNode, Planner, RequiredSelection, Rewrite, RewriteStep } from './plan.ts';

const FRAGMENT = '... on ';

/**
 * Holds up the thread that asks for as long as it plans.
 * @param supergraphSdl a federation-2 supergraph
 * @throws {GatewayError} SUPERGRAPH_INVALID, with the planner's own words
 */
export function createApolloPlanner(supergraphSdl: string): Planner {
  const { planner, apiSchema } = openPlanner(supergraphSdl);
  return {
    async plan(document) {
      try {
        const { node } = planner.buildQueryPlan(operationFromDocument(apiSchema, parse(document)));
        if (node?.kind === 'Subscription') throw new Error('subscriptions are not supported');
        return { node: node ? toNode(node, []) : null };
      } catch (error) {
        const words = wordsOf(error);
        throw new GatewayError('PLAN_FAILED', `expected a plan for the operation, the planner said: ${words}`, {
          cause: error,
        });
      }
    },
  };
}

function openPlanner(supergraphSdl: string) {
  try {
    const supergraph = Supergraph.build(supergraphSdl, {
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
      validateSupergraph: false,
    });
    return { planner: new QueryPlanner(supergraph), apiSchema: supergraph.apiSchema() };
  } catch (error) {
    const words = wordsOf(error);
    throw new GatewayError('SUPERGRAPH_INVALID', `expected a federation-2 supergraph, the planner said: ${words}`, {
      cause: error,
    });
  }
}

function toNode(node: ApolloNode, path: readonly PathStep[]): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((child) => toNode(child, path)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((child) => toNode(child, path)) };
    case 'Flatten':
      return toNode(node.node, [...path, ...node.path.map(toStep)]);
    case 'Fetch':
      return toFetch(node, path);
    case 'Condition':
      throw new Error('@skip and @include are decided before planning');
    case 'Defer':
      throw new Error('@defer is not supported');
  }
}

function toFetch(node: FetchNode, path: readonly PathStep[]): PlanNode {
  const outputRewrites = (node.outputRewrites ?? []).map(toRewrite);
  const { serviceName: subgraph, operation: document } = node;
  if (node.requires === undefined) {
    const operationKind = node.operationKind === 'mutation' ? 'mutation' : 'query';
    return { kind: 'root', subgraph, operationKind, document, path, outputRewrites };
  }
  const group: EntityGroup = {
    alias: '_entities',
    paths: [path],
    requires: node.requires.map(toRequired),
    inputRewrites: (node.inputRewrites ?? []).map(toRewrite),
    outputRewrites,
  };
  return { kind: 'entities', subgraph, document, groups: [group] };
}

function toStep(step: string | number): PathStep {
  return step === '@' ? { kind: 'list' } : { kind: 'field', name: String(step) };
}

function toRequired(selection: QueryPlanSelectionNode): RequiredSelection {
  if (selection.kind === 'InlineFragment') {
    return {
      kind: 'fragment',
      typename: selection.typeCondition ?? '',
      selections: selection.selections.map(toRequired),
    };
  }
  const name = selection.alias ?? selection.name;
  const selections = selection.selections?.length ? selection.selections.map(toRequired) : null;
  return { kind: 'field', name, sentAs: name, selections };
}

function toRewrite(rewrite: FetchDataRewrite): Rewrite {
  const path = rewrite.path.map(toRewriteStep);
  return rewrite.kind === 'ValueSetter'
    ? { kind: 'set', path, value: String(rewrite.setValueTo) }
    : { kind: 'rename', path, to: rewrite.renameKeyTo };
}

const toRewriteStep = (step: string): RewriteStep =>
  step.startsWith(FRAGMENT) ? { kind: 'types', typenames: [step.slice(FRAGMENT.length)] } : { kind: 'key', name: step };
