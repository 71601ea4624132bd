// Tries to run an operation straight from bytes to bytes. Where that does not work out, what the subgraphs have answered is not asked again.

import { toByteText } from './byte-text.ts';
import { type DirectOperation, NotDirect } from './direct-operation.ts';
import { type DirectRun, runDirect } from './run-direct.ts';
import type { SubgraphAnswer, SubgraphClient } from './subgraph-client.ts';
import type { Written } from './write-answer.ts';

export interface DirectAttempts {
  /** @returns what was written, as text of bytes; or the client for the steps of other operations, which has all answers that came or are to come */
  run(run: DirectRun): Promise<Written | SubgraphClient>;
}

/** In a row: then the answers are in another form, and each attempt costs a look at them for nothing. */
const MOST_FAILURES = 8;
/** Requests of which one is tried all the same. */
const REST_COUNT = 100;

/** @param operation null: it never works out */
export function createDirectAttempts(operation: DirectOperation | null): DirectAttempts {
  let failureCount = 0;
  let restedCount = 0;
  const isWorthIt = (): boolean => {
    if (failureCount < MOST_FAILURES) return true;
    restedCount = (restedCount + 1) % REST_COUNT;
    return restedCount === 0;
  };
  return {
    async run(run) {
      if (operation === null || !isWorthIt()) return run.client;
      const recorded = createRecorded(run.client);
      try {
        const written = await runDirect(operation, { ...run, client: recorded });
        failureCount = 0;
        return written;
      } catch (error) {
        if (!(error instanceof NotDirect)) throw error;
        if (error.reason === 'form') failureCount += 1;
        return recorded.replayed();
      }
    },
  };
}

interface Recorded extends SubgraphClient {
  /** Gives each answer once, to whoever asks the same. */
  replayed(): SubgraphClient;
}

function createRecorded(client: SubgraphClient): Recorded {
  const answers: {
    readonly subgraph: string;
    readonly body: string | Buffer;
    readonly answer: Promise<SubgraphAnswer>;
  }[] = [];
  const askedOf = (subgraph: string, body: string | Buffer): string =>
    `${subgraph}\n${typeof body === 'string' ? toByteText(body) : body.toString('latin1')}`;
  return {
    send(subgraph, body, headers, abandon) {
      const answer = client.send(subgraph, body, headers, abandon);
      answers.push({ subgraph, body, answer });
      return answer;
    },
    replayed: () => ({
      send(subgraph, body, headers, abandon) {
        const asked = askedOf(subgraph, body);
        const index = answers.findIndex((one) => askedOf(one.subgraph, one.body) === asked);
        const [known] = index < 0 ? [] : answers.splice(index, 1);
        return known?.answer ?? client.send(subgraph, body, headers, abandon);
      },
    }),
  };
}
