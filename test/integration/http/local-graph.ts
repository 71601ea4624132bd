// A graph without subgraphs for tests of the HTTP room: an executor over graphql-js, the same behind Apollo Server, and plain Apollo Server as judge.
import { randomUUID } from 'node:crypto';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  printSchema,
  visit,
} from 'graphql';
import { GatewayError } from '../../../gateway/errors.ts';
import type { Answer, AnswerError, AnswerLifetime, KeptAnswer } from '../../../gateway/execution/answer.ts';
import type { Executor, KnownOperation, RequestScope } from '../../../gateway/execution/executor.ts';
import type { GatewayExecutor, GatewayInterface } from '../../../gateway/http/gateway-executor.ts';

export interface LocalGraph {
  readonly schema: GraphQLSchema;
  readonly rootValue: Readonly<Record<string, unknown>>;
  readonly executor: Executor;
  /** Operations that went through `admit`, that is through Apollo Server, since the start. */
  admittedCount(): number;
  /** The scopes of all runs. */
  readonly scopes: readonly RequestScope[];
  /** What the next answers may be kept for. */
  lifetime: AnswerLifetime | null;
  /** What is kept beside the next answers. */
  kept: KeptAnswer | null;
}

const SDL = `
  type Query {
    "Whatever is given."
    echo(text: String, count: Int, json: JSON): Echo
    item(id: ID!): Item
    items(first: Int = 2): [Item!]!
    broken: String
    brokenHard: String!
    teapot: String
    slow: String
    defect: String
    unplanned: String
  }
  type Mutation { rename(id: ID!, name: String!): Item }
  type Echo { text: String count: Int json: JSON }
  type Item { id: ID! name: String price: Float bad: String! self: Item }
  scalar JSON
`;

/** @param slow what the field of that name waits for */
export function createLocalGraph(slow: (scope: RequestScope) => Promise<string>): LocalGraph {
  const schema = buildSchema(SDL);
  const item = (id: string, name = `Ünïcode “${id}” \u2028 😀`) => ({
    id,
    name,
    price: 1.5,
    bad: () => {
      throw new GraphQLError('no such thing', { extensions: { code: 'GONE', detail: { deep: [1, null] } } });
    },
  });
  const rootValue = {
    echo: (args: object) => args,
    item: ({ id }: { id: string }) => (id === 'none' ? null : item(id)),
    items: ({ first }: { first: number }) => Array.from({ length: first }, (_, index) => item(String(index))),
    broken: () => {
      throw new Error('it broke');
    },
    brokenHard: () => {
      throw new GraphQLError('it broke hard', { extensions: { code: 'HARD', http: { notAHead: true } } });
    },
    teapot: () => {
      throw new GraphQLError('short and stout', { extensions: { http: { status: 418 } } });
    },
    slow: (_args: object, scope: RequestScope) => slow(scope),
    defect: () => 'never',
    rename: ({ id, name }: { id: string; name: string }) => item(id, name),
  };
  const known = new Map<string, Compiled>();
  const scopes: RequestScope[] = [];
  let admitted = 0;
  const keyOf = (text: string, name: string | null): string => JSON.stringify([text, name]);
  const graph: LocalGraph = {
    schema,
    rootValue,
    scopes,
    lifetime: null,
    kept: null,
    admittedCount: () => admitted,
    executor: {
      find: (text, name) => known.get(keyOf(text, name)) ?? null,
      async admit(text, name, document) {
        admitted += 1;
        if (text.includes('unplanned')) throw new GatewayError('PLAN_FAILED', 'Expected a plan, got none');
        const operation = compile(schema, document, name);
        known.set(keyOf(text, name), operation);
        return operation;
      },
      async run(operation, variables, _raw, scope) {
        scopes.push(scope);
        const found = [...known.values()].find((one) => one === operation);
        if (found === undefined) throw new Error('not an operation of this executor');
        return runLocally(graph, found, variables, scope);
      },
    },
  };
  return graph;
}

/** What `gateway.ts` gives to Apollo Server, without a supergraph. */
export function localGateway(schema: GraphQLSchema, executor: GatewayExecutor): GatewayInterface {
  let tell: Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0] = () => undefined;
  return {
    onSchemaLoadOrUpdate(callback) {
      tell = callback;
      return () => undefined;
    },
    async load() {
      tell({ apiSchema: schema, coreSupergraphSdl: printSchema(schema) });
      return { executor };
    },
    async stop() {},
  };
}

type Compiled = KnownOperation & { readonly document: DocumentNode; readonly name: string | null };

function compile(schema: GraphQLSchema, document: DocumentNode, name: string | null): Compiled {
  const operation = getOperationAST(document, name);
  if (!operation) throw new Error('no operation');
  let introspects = false;
  visit(document, {
    Field(node) {
      introspects ||= node.name.value === '__schema' || node.name.value === '__type';
    },
  });
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  return {
    id: randomUUID(),
    kind: isMutation ? 'mutation' : 'query',
    slowRoadOnly: isMutation || introspects,
    document,
    name,
    coerce(variables) {
      const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
      if (errors !== undefined) return { errors: errors.map(answerError) };
      return { variables: coerced };
    },
  };
}

async function runLocally(
  graph: LocalGraph,
  operation: Compiled,
  variables: Readonly<Record<string, unknown>>,
  scope: RequestScope,
): Promise<Answer> {
  const { document, name } = operation;
  const text = document.loc?.source.body ?? '';
  if (text.includes('defect')) throw new Error('a defect with a secret in its message');
  const { data, errors = [] } = await execute({
    schema: graph.schema,
    document,
    rootValue: graph.rootValue,
    contextValue: scope,
    variableValues: { ...variables },
    operationName: name,
  });
  return {
    body: null,
    dataText: text.includes('#without data') ? null : JSON.stringify(data ?? null),
    errors: errors.map(answerError),
    extensions: text.includes('#extended') ? { z: 1, a: [null, { '1': 2 }] } : null,
    lifetime: operation.kind === 'mutation' ? null : graph.lifetime,
    source: 'entries',
    kept: graph.kept,
  };
}

function answerError(error: GraphQLError): AnswerError {
  const { message, locations, path, extensions } = error.toJSON();
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}
