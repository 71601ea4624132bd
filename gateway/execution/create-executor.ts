// Admits operations, finds them again by their text, runs them.

import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { FinishedResponse } from '../cache/finished-response.ts';
import { entityShapes } from '../federation/shape-digest.ts';
import type { Supergraph } from '../federation/supergraph.ts';
import { createAccount, lifetimeOf } from './account.ts';
import type { Answer, AnswerError } from './answer.ts';
import { bytesOfByteText, toByteText } from './byte-text.ts';
import { clientPaths } from './client-path.ts';
import { type CompiledOperation, compileOperation, type OperationVariant } from './compile-operation.ts';
import type { Executor, RequestScope } from './executor.ts';
import { finishedKey } from './finished-key.ts';
import { introspect } from './introspect.ts';
import { spendIntrospection } from './introspection-budget.ts';
import { createKeptVariants } from './kept-variants.ts';
import type { OutSelection } from './output-selection.ts';
import { withStatus } from './overloaded.ts';
import type { ExecutionContext, PlacedError, Run, SubgraphScope } from './run.ts';
import { runPlan } from './run-plan.ts';
import { toldOnce } from './told-once.ts';
import { TreeObject } from './tree.ts';
import { unfetchedErrors } from './unfetched-errors.ts';
import { wholeBody } from './whole-body.ts';
import { type Written, writeAnswer } from './write-answer.ts';

export interface ExecutorParts {
  readonly supergraph: Supergraph;
  readonly context: ExecutionContext;
  /** Compiled operations that are kept. */
  readonly operationsCount: number;
  /** The subject's hash by which private data is kept; null without a subject. */
  subjectHash(scope: RequestScope): string | null;
  /** @param subjectHash as subjectHash gives it */
  scopeFor(subgraph: string, scope: RequestScope, subjectHash: string | null): SubgraphScope;
}

/** Belongs to one supergraph: a reload makes a new one. */
export function createExecutor(parts: ExecutorParts): Executor {
  const operations = new LRUCache<string, CompiledOperation>({
    max: parts.operationsCount,
    maxSize: LARGEST_OPERATIONS_LENGTH,
    sizeCalculation: (_operation, key) => key.length,
  });
  const variants = createKeptVariants<OperationVariant>(LARGEST_VARIANTS_LENGTH);
  const compiling = new Map<string, Promise<CompiledOperation>>();
  const compiled = new WeakSet<object>();
  const { facts } = parts.supergraph;
  const rules = {
    isSubtype: facts.isSubtype,
    isInline: parts.context.rules.isInline,
    isPrecise: parts.context.rules.isPrecise,
    shapeOf: entityShapes(facts),
  };
  const admit = (text: string, operationName: string | null, document: DocumentNode): Promise<CompiledOperation> => {
    const key = keyOf(text, operationName);
    const known = operations.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const underWay = compiling.get(key);
    if (underWay !== undefined) return underWay;
    const made = compileOperation(document, operationName, parts.supergraph, rules, variants.forOne())
      .then((operation) => {
        operations.set(key, operation);
        compiled.add(operation);
        return operation;
      })
      .finally(() => compiling.delete(key));
    compiling.set(key, made);
    return made;
  };
  const isOurs = (operation: object): operation is CompiledOperation => compiled.has(operation);
  return {
    find: (text, operationName) => operations.get(keyOf(text, operationName)) ?? null,
    admit,
    async run(operation, variables, raw, scope) {
      if (!isOurs(operation)) throw new Error('expected an operation that this executor admitted');
      return runOperation(operation, variables, raw, scope, parts);
    },
  };
}

/** Characters of all kept operations' texts: their documents take some hundred times as many bytes. */
const LARGEST_OPERATIONS_LENGTH = 4 * 1024 * 1024;
/** Characters of all that is kept planned: some 120 bytes of memory each, measured. @see OperationVariant.size */
const LARGEST_VARIANTS_LENGTH = 4 * 1024 * 1024;

/** No two of text and name give one key: a name as it comes may be empty, or hold what looks like the beginning of a text. */
const keyOf = (text: string, operationName: string | null): string =>
  operationName === null ? `-${text}` : `${operationName.length} ${operationName}${text}`;

async function runOperation(
  operation: CompiledOperation,
  coerced: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, unknown>>,
  scope: RequestScope,
  parts: ExecutorParts,
): Promise<Answer> {
  const subjectHash = parts.subjectHash(scope);
  const scopes = new Map<string, SubgraphScope>();
  const scopeOf = (subgraph: string): SubgraphScope => {
    const known = scopes.get(subgraph) ?? parts.scopeFor(subgraph, scope, subjectHash);
    scopes.set(subgraph, known);
    return known;
  };
  const { plan, unfetched, subgraphs, fetches, output, verbatim, direct } = await operation.variant(coerced);
  spendIntrospection(output.shape(null).fields, parts.supergraph.apiSchema, operation.fragments, coerced);
  const { finished } = parts.context.store;
  const nowAt = parts.context.nowAt();
  let { context } = parts;
  const isCached = (subgraph: string): boolean => scopeOf(subgraph).cacheable && parts.context.rules.isCached(subgraph);
  if (operation.kind === 'query' && !subgraphs.some(isCached)) {
    const tried = await direct().run({
      client: context.client,
      waits: context.waits,
      request: scope,
      variables,
      scope: scopeOf,
    });
    if ('text' in tried) return originAnswer(tried);
    context = { ...context, client: tried };
  }
  const key = finishedKey(operation, variables, subgraphs.map(scopeOf), parts.context.knowledge.privateCount);
  const found = key === null ? null : finished.find(key, nowAt);
  if (found !== null && 'bytes' in found) return finishedAnswer(found, nowAt);
  const run: Run = {
    context,
    request: scope,
    variables,
    root: new TreeObject(),
    errors: [],
    account: createAccount(),
    derivation: found?.derivation ?? null,
    usesCache: operation.kind === 'query',
    subjectHash,
    scope: scopeOf,
    verbatim,
  };
  if (plan !== null) await runPlan(plan, fetches, run);
  run.errors.push(...unfetchedErrors(run.root, unfetched, parts.supergraph.facts));
  const { operation: definition, fragments } = operation;
  let written: ReturnType<typeof writeAnswer>;
  try {
    written = writeAnswer(run.root, output, (field) =>
      introspect(field, parts.supergraph.apiSchema, definition, fragments, coerced),
    );
  } catch (error) {
    const told = { message: (error as Error).message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    return {
      dataText: null,
      body: null,
      errors: [told],
      extensions: null,
      lifetime: null,
      source: run.account.source(),
      kept: null,
    };
  }
  const placed = toldOnce(run.errors, run.root).flatMap((error) => toAnswerErrors(error, run, output));
  const errors = placed.length === 0 ? placed : withStatus(placed, written.text);
  const isClean = errors.length === 0;
  const extensions = isClean && written.errors.length > 0 ? { valueCompletion: written.errors } : null;
  const lifetime = isClean && run.usesCache ? run.account.lifetime(parts.context.nowAt()) : null;
  const source = run.account.source();
  if (key !== null && found !== null && source === 'entries' && lifetime?.scope === 'public')
    finished.keep(key, wholeBody(written.text, textOf(extensions)), extensions, found);
  return {
    dataText: written.text,
    body: null,
    errors,
    extensions,
    lifetime: extensions === null ? lifetime : null,
    source,
    kept: null,
  };
}

function finishedAnswer(kept: FinishedResponse, nowAt: number): Answer {
  const { bytes, extensions, derived } = kept;
  const { expiresAt, storedAt } = derived;
  const terms = { expiresAt, storedAt, boundAt: derived.boundAt(nowAt), scope: 'public' } as const;
  const lifetime = extensions === null ? lifetimeOf(terms, nowAt) : null;
  return { dataText: null, body: bytes, errors: NO_ERRORS, extensions, lifetime, source: 'finished', kept };
}

/** @param text of bytes */
function originAnswer({ text, errors }: Written): Answer {
  const extensions = errors.length === 0 ? null : { valueCompletion: errors };
  const extensionsText = extensions === null ? null : toByteText(JSON.stringify(extensions));
  const body = bytesOfByteText(wholeBody(text, extensionsText));
  return { dataText: null, body, errors: NO_ERRORS, extensions, lifetime: null, source: 'origin', kept: null };
}

const textOf = (extensions: Answer['extensions']): string | null =>
  extensions === null ? null : JSON.stringify(extensions);

const NO_ERRORS: readonly AnswerError[] = [];

function toAnswerErrors({ message, path, extensions }: PlacedError, run: Run, output: OutSelection): AnswerError[] {
  if (path === null) return [{ message, extensions }];
  return clientPaths(path, run.root, output).map((place) => ({ message, path: place, extensions }));
}
