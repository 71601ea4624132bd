// Holds the reference graph to plain @apollo/gateway: every client operation is answered, with the errors that it declares and no others.
import { readFileSync } from 'node:fs';
import type { FormattedExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { type ClientOperation, readClientOperations } from '../../../schema/operations.ts';
import { SUBGRAPH_NAMES } from '../../../subgraphs/graph.ts';
import { type PlainApollo, startPlainApollo } from '../../support/plain-apollo.ts';
import { bearer } from './graphql-request.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

const operations = readClientOperations();
let graph: RunningGraph;
let apollo: PlainApollo;

beforeAll(async () => {
  graph = await startRunningGraph(0.05);
  const sources = SUBGRAPH_NAMES.map((name) => ({
    name,
    url: graph.subgraphs[name].url,
    sdl: readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8'),
  }));
  const { supergraphSdl, errors } = composeSupergraph(sources);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  apollo = await startPlainApollo({ supergraphSdl });
});

afterAll(async () => {
  await apollo?.stop();
  await graph?.stop();
});

/** Fields are resolved at once: which of their errors comes first is chance. */
async function answerTo(operation: ClientOperation): Promise<FormattedExecutionResult> {
  const { subject } = operation;
  const answer = await apollo.ask(operation, subject === null ? {} : { authorization: bearer(subject) });
  answer.errors = answer.errors?.toSorted((a, b) => String(a.path).localeCompare(String(b.path)));
  return answer;
}

const codesOf = ({ errors = [] }: FormattedExecutionResult): string[] =>
  [...new Set(errors.map(({ extensions }) => String(extensions?.code)))].sort();

describe('behind plain @apollo/gateway', () => {
  it('there are at least 60 queries to answer', () => {
    expect(operations.filter(({ kind }) => kind === 'query').length).toBeGreaterThanOrEqual(60);
  });

  it.each(operations.filter(({ kind }) => kind === 'query'))(
    'the query $name is answered, and the same twice',
    async (operation) => {
      const answer = await answerTo(operation);
      expect(codesOf(answer), JSON.stringify(answer.errors)).toEqual(operation.errorCodes);
      expect(await answerTo(operation)).toEqual(answer);
    },
  );

  it.each(operations.filter(({ kind }) => kind === 'mutation'))('the mutation $name is answered', async (operation) => {
    const answer = await answerTo(operation);
    expect(codesOf(answer), JSON.stringify(answer.errors)).toEqual(operation.errorCodes);
  });

  it('the queries are still answered when all mutations have been made', async () => {
    for (const operation of operations.filter(({ kind }) => kind === 'query')) {
      const answer = await answerTo(operation);
      expect(codesOf(answer), `${operation.name}: ${JSON.stringify(answer.errors)}`).toEqual(operation.errorCodes);
    }
  });
});
