// One request to a subgraph for all that a step misses.

import type { OriginLifetime } from '../origin/cache-control.ts';
import type { Fetching } from './fetch-wants.ts';
import { composeRequest, type OriginRequest } from './origin-request.ts';
import { type ReadAnswer, readAnswer } from './read-answer.ts';
import type { Naming } from './scan.ts';
import { NOTHING_VERBATIM } from './verbatim.ts';
import type { Want } from './want.ts';

export interface Asked {
  readonly request: OriginRequest;
  readonly answer: ReadAnswer;
  readonly lifetime: OriginLifetime;
}

/** One request to the subgraph. Null: there is no answer, and the error is told. */
export async function askSubgraph(
  wants: readonly Want[],
  naming: Naming,
  { run, step, scope, isCached }: Fetching,
): Promise<Asked | null> {
  const { subgraph, operationKind, document } = step;
  const request = composeRequest(wants, operationKind, document, run.variables);
  // What may be kept is let finish: others may have joined, and who asks next is spared it.
  const abandon = run.usesCache && !isCached ? run.request.signal : null;
  const sent = await run.context.client.send(subgraph, request.body, scope.headers, abandon);
  const fail = (message: string, extensions: Readonly<Record<string, unknown>>): null => {
    run.errors.push({ message, path: null, extensions: { ...extensions, serviceName: subgraph } });
    return null;
  };
  if (sent.kind === 'failure') return fail(sent.message, sent.extensions);
  const answer = readAnswer(
    sent.body.toString('utf8'),
    request,
    naming,
    naming === 'plan' ? run.verbatim() : NOTHING_VERBATIM,
  );
  if ('expected' in answer) {
    const message = `Subgraph "${subgraph}" sent no GraphQL answer: expected ${answer.expected}`;
    return fail(message, { code: 'ORIGIN_MALFORMED' });
  }
  return { request, answer, lifetime: sent.lifetime };
}
