// Fetches wants from their subgraph: joined to flights that are under way where that is allowed, the rest in one request.

import type { Stamp } from '../cache/judge.ts';
import { baseTags } from '../cache/record-address.ts';
import { anyTag } from '../../schema/tag.ts';
import type { FlightResult, FlightSpec } from './coalescing.ts';
import { keepAnswer } from './keep.ts';
import { composeRequest, entityText, fieldText } from './origin-request.ts';
import { isJsonObject, type JsonObject, mergeJson } from './read-json.ts';
import { tagsSaid } from './said-tags.ts';
import type { Run, SubgraphScope } from './run.ts';
import type { Step } from './run-fetch.ts';
import type { SubgraphAnswer } from './subgraph-client.ts';
import { takeApart, type WantAnswer } from './take-apart.ts';
import { addressesOf, shapeOfEntity, type Variants, type Want } from './want.ts';

export interface Fetching {
  readonly step: Step;
  readonly run: Run;
  readonly scope: SubgraphScope;
  readonly variants: Variants;
}

/** @returns wants within entries of which the answer proves nothing: the entries around them have to be fetched */
export async function fetchWants(wants: readonly Want[], fetching: Fetching): Promise<readonly Want[]> {
  const { run, step } = fetching;
  const stamp = run.usesCache && fetching.scope.cacheable ? run.context.judge.stamp(step.subgraph) : null;
  if (stamp === null || !run.context.knowledge.mayStore(step.subgraph)) return send(wants, stamp, new Map(), fetching);
  const nowAt = run.context.nowAt();
  const joined: { readonly want: Want; readonly result: Promise<FlightResult | null> }[] = [];
  const begun = new Map<Want, (result: FlightResult | null) => void>();
  const own: Want[] = [];
  for (const want of wants) {
    const spec = flightOf(want, fetching);
    const result = run.context.coalescing.join(spec, nowAt);
    if (result !== null) joined.push({ want, result });
    else {
      begun.set(want, run.context.coalescing.begin(spec, stamp, nowAt));
      own.push(want);
    }
  }
  const [doubtful, ...refused] = await Promise.all([
    own.length === 0 ? [] : send(own, stamp, begun, fetching),
    ...joined.map(async ({ want, result }) => (land(want, await result, fetching) ? null : want)),
  ]);
  const alone = refused.filter((want) => want !== null);
  if (alone.length === 0) return doubtful;
  return [...doubtful, ...(await send(alone, run.context.judge.stamp(step.subgraph), new Map(), fetching))];
}

/** Purges of these tags forbid joining. What else the answer turns out to bear is judged when it lands. */
function flightOf(want: Want, { run, step, variants }: Fetching): FlightSpec {
  const subjectHash = run.context.knowledge.isPrivate(want.selection) ? run.subjectHash : null;
  const { main } = addressesOf(want, run, variants, subjectHash);
  const used = new Set<string>();
  const text = want.kind === 'root' ? fieldText(want.field, used) : entityText(want.typename, want.selection, used);
  const values = [...used].map((name) => `${name}=${JSON.stringify(run.variables[name]) ?? ''}`);
  const tags = [...(baseTags(main) ?? [])];
  if (!run.context.rules.isPrecise(step.subgraph, want.kind === 'root' ? '' : want.typename)) tags.push(anyTag(step.subgraph));
  const representation = want.kind === 'entity' ? want.representation : '';
  const key = `${main.text}\n${representation}\n${text}\n${values.join('\n')}`;
  return { key, subgraph: step.subgraph, policy: main.policy, tags };
}

function land(want: Want, result: FlightResult | null, { run, step }: Fetching): boolean {
  if (result === null) return false;
  const { expiresAt, storedAt, json } = result;
  merge(want, json);
  const policy = policyOf(want, run);
  run.account.add({ subgraph: step.subgraph, policy, storedAt, expiresAt, isPrivate: false, from: 'origin' });
  return true;
}

const policyOf = (want: Want, run: Run) =>
  run.context.rules.policy(want.selection.subgraph.name, want.kind === 'root' ? want.selection.parentType : want.typename);

function merge(want: Want, json: JsonObject | null | undefined): void {
  if (!isJsonObject(json)) return;
  const shape = want.kind === 'root' ? want.shape : shapeOfEntity(want, json.__typename);
  for (const target of want.targets) mergeJson(target, json, shape);
}

async function send(
  wants: readonly Want[],
  stamp: Stamp | null,
  begun: ReadonlyMap<Want, (result: FlightResult | null) => void>,
  fetching: Fetching,
): Promise<readonly Want[]> {
  const { run, step, scope } = fetching;
  const request = composeRequest(wants, step.operationKind, step.document.variableDefinitions, run.variables);
  const sentAt = run.context.nowAt();
  const answer = await run.context.client.send(step.subgraph, request.body, scope.headers, run.signal);
  if (answer.kind === 'failure') {
    for (const settle of begun.values()) settle(null);
    run.errors.push({ message: answer.message, path: null, extensions: { ...answer.extensions, serviceName: step.subgraph } });
    addUnkept(wants, sentAt, fetching);
    return [];
  }
  const { answers, errors } = takeApart(request, answer, run);
  const doubtful: Want[] = [];
  for (const item of answers) {
    if (item.want.outer !== null && !isProven(item, run)) {
      doubtful.push(item.want);
      begun.get(item.want)?.(null);
      continue;
    }
    merge(item.want, item.json);
    const result = keep(item, request.batches.length, stamp, sentAt, answer, fetching);
    begun.get(item.want)?.(result);
  }
  for (const { error, want } of errors) if (want === null || !doubtful.includes(want)) run.errors.push(error);
  return doubtful;
}

/**
 * Does the answer show that the subgraph finds this entity? A subgraph that has no reference resolver gives back the
 * representation and nothing else; such an answer must not stand in for what the entry around it would say.
 */
function isProven({ want, json, isClean }: WantAnswer, run: Run): boolean {
  if (want.kind === 'root') return true;
  const { knowledge } = run.context;
  const subgraph = want.selection.subgraph.name;
  if (!isClean || !isJsonObject(json)) return false;
  if (isReal(want, json)) {
    knowledge.sawEntity(subgraph, want.typename, 'real');
    return true;
  }
  if (knowledge.resolvesEntity(subgraph, want.typename) === true) return true;
  knowledge.sawEntity(subgraph, want.typename, 'empty');
  return false;
}

function isReal(want: Extract<Want, { kind: 'entity' }>, json: JsonObject): boolean {
  const keys = new Set(want.selection.subgraph.types.get(want.typename)?.keys.flatMap((key) => [...key.keys()]));
  return shapeOfEntity(want, json.__typename).fields.some((field) => {
    const value = json[field.responseName];
    return field.name !== '__typename' && !keys.has(field.name) && !field.external && value !== null && value !== undefined;
  });
}

function keep(
  item: WantAnswer,
  batchCount: number,
  stamp: Stamp | null,
  sentAt: number,
  answer: Extract<SubgraphAnswer, { kind: 'answer' }>,
  fetching: Fetching,
): FlightResult | null {
  const { run, step, variants } = fetching;
  const { want, json, isClean } = item;
  const { knowledge } = run.context;
  if (want.kind === 'entity' && want.outer === null && isJsonObject(json) && isReal(want, json)) {
    knowledge.sawEntity(step.subgraph, want.typename, 'real');
  }
  const said = tagsSaid(answer.extensions, item, batchCount);
  const { lifetime } = answer;
  if (lifetime.kind === 'store') knowledge.sawStorable(step.subgraph);
  else knowledge.sawUnstorable(step.subgraph);
  const isPrivate = lifetime.kind === 'store' && lifetime.scope === 'private';
  if (isPrivate) knowledge.sawPrivate(want.selection);
  const subjectHash = isPrivate ? run.subjectHash : null;
  const mayKeep = stamp !== null && isClean && json !== undefined && lifetime.kind === 'store' && said.ttlMs !== 0;
  if (!mayKeep || (isPrivate && subjectHash === null)) {
    addUnkept([want], sentAt, fetching);
    return null;
  }
  const terms = { stamp, sentAt, ttlMs: said.ttlMs ?? lifetime.ttlMs, subjectHash, declared: said.tags };
  const kept = keepAnswer(want, json, terms, run, variants);
  if (kept === null) {
    addUnkept([want], sentAt, fetching);
    return null;
  }
  const { expiresAt } = kept;
  run.account.add({ subgraph: step.subgraph, policy: policyOf(want, run), storedAt: sentAt, expiresAt, isPrivate, from: 'origin' });
  return isPrivate ? null : { json, judged: kept.judged, expiresAt, storedAt: sentAt };
}

function addUnkept(wants: readonly Want[], sentAt: number, { run, step }: Fetching): void {
  for (const want of wants) {
    const policy = policyOf(want, run);
    run.account.add({ subgraph: step.subgraph, policy, storedAt: sentAt, expiresAt: null, isPrivate: false, from: 'origin' });
  }
}
