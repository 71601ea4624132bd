// Fetches wants from their subgraph: joined to flights that are under way where that is allowed, the rest in one request.

import type { Landing } from '../cache/flights.ts';
import type { Stamp, TagDigest } from '../cache/judge.ts';
import type { OriginLifetime } from '../origin/cache-control.ts';
import { askSubgraph } from './ask-subgraph.ts';
import { fetchForOnce } from './fetch-for-once.ts';
import { forgetReturned } from './forget.ts';
import { type Kept, keepAnswer } from './keep.ts';
import { mergeAnswer } from './merge-answer.ts';
import { refusedPlace } from './overloaded.ts';
import { isProven } from './proof.ts';
import type { Delivered, Run, SubgraphScope } from './run.ts';
import type { Step } from './run-fetch.ts';
import { readSaid, type Said } from './said.ts';
import { takeApart, type WantAnswer } from './take-apart.ts';
import { type TreeObject, typenameOf } from './tree.ts';
import { shapeOfEntity, type Variants, type Want } from './want.ts';
import { flightsOf } from './want-flight.ts';

export interface Fetching {
  readonly step: Step;
  readonly run: Run;
  readonly scope: SubgraphScope;
  readonly variants: Variants;
  /** May anything of the step be read from the cache or kept in it? */
  readonly isCached: boolean;
}

/** @returns wants within entries of which the answer proves nothing: the entries around them have to be fetched */
export async function fetchWants(wants: readonly Want[], fetching: Fetching): Promise<readonly Want[]> {
  const { run, step } = fetching;
  if (isAbandoned(run)) {
    // Whoever keeps answers must see that this one is not whole.
    const extensions = { code: 'ORIGIN_ABANDONED', serviceName: step.subgraph };
    run.errors.push({
      message: `Subgraph "${step.subgraph}" was not asked: the client has gone`,
      path: null,
      extensions,
    });
    return NONE_DOUBTFUL;
  }
  const { waits } = run.context;
  const place = waits.take(step.subgraph);
  if (place !== 'taken') {
    run.errors.push(refusedPlace(step.subgraph, place));
    return NONE_DOUBTFUL;
  }
  try {
    return await fetchInPlace(wants, fetching);
  } finally {
    waits.leave(step.subgraph);
  }
}

async function fetchInPlace(wants: readonly Want[], fetching: Fetching): Promise<readonly Want[]> {
  const { run, step, isCached } = fetching;
  if (!isCached && step.operationKind === 'query') {
    await fetchForOnce(wants, fetching);
    return NONE_DOUBTFUL;
  }
  const delivered =
    isCached && run.context.knowledge.mayStore(step.subgraph)
      ? await run.context.flights.fly(step.subgraph, flightsOf(wants, step, run, fetching.variants), (wanted, stamp) =>
          send(
            wanted.map((index) => wants[index]!),
            stamp,
            fetching,
          ),
        )
      : (await send(wants, isCached ? run.context.judge.stamp(step.subgraph) : null, fetching)).map(
          ({ value }) => value,
        );
  const doubtful: Want[] = [];
  wants.forEach((want, index) => {
    const value = delivered[index];
    if (value === undefined || value.kind === 'doubtful') doubtful.push(want);
    else deliver(want, value, fetching);
  });
  return doubtful;
}

const NONE_DOUBTFUL: readonly Want[] = [];
/** Nobody waits for the answer. A mutation is carried out to its end all the same: the client may ask what became of it. */
const isAbandoned = (run: Run): boolean => run.usesCache && run.request.hasGone;

function deliver(want: Want, value: Extract<Delivered, { kind: 'data' }>, { run, step, scope }: Fetching): void {
  const { json, storedAt, expiresAt } = value;
  const isPrivate = scope.isPersonal || value.isPrivate;
  if (json) {
    const shape = want.kind === 'root' ? want.shape : shapeOfEntity(want, typenameOf(json));
    for (const target of want.targets) mergeAnswer(target, json, shape);
  }
  const coordinate = want.kind === 'root' ? `${want.selection.parentType}.${want.field.name}` : want.typename;
  const policy = run.context.rules.policy(step.subgraph, coordinate);
  run.account.add({ policy, storedAt, validAt: storedAt, expiresAt, isPrivate, from: 'origin' });
}

async function send(
  wants: readonly Want[],
  stamp: Stamp | null,
  fetching: Fetching,
): Promise<readonly Landing<Delivered>[]> {
  const { run, step } = fetching;
  const sentAt = run.context.nowAt();
  const got = await askSubgraph(wants, 'response', fetching);
  // What was under way was read before the change.
  if (step.operationKind === 'mutation') run.context.flights.closeFor(step.subgraph);
  if (got === null) return wants.map(() => own(undefined, sentAt));
  const { request, answer, lifetime } = got;
  const { answers, errors } = takeApart(request, answer, step.subgraph, run);
  if (step.operationKind === 'mutation' && answer.data !== null) {
    for (const want of request.roots) forgetReturned(want, answer.data, run);
  }
  const said = readSaid(answer.extensions, request);
  const landings = new Map<Want, Landing<Delivered>>();
  for (const item of answers) landings.set(item.want, land(item, said, stamp, sentAt, lifetime, fetching));
  for (const { error, want } of errors) {
    const landing = want === null ? undefined : landings.get(want);
    if (landing?.value.kind !== 'doubtful') run.errors.push(error);
  }
  return wants.map((want) => landings.get(want) ?? own(undefined, sentAt));
}

const own = (json: TreeObject | null | undefined, sentAt: number): Landing<Delivered> => ({
  kind: 'own',
  value: { kind: 'data', json, storedAt: sentAt, expiresAt: null, isPrivate: false },
});

function land(
  item: WantAnswer,
  readSaidOf: (item: WantAnswer) => Said | null,
  stamp: Stamp | null,
  sentAt: number,
  lifetime: OriginLifetime,
  { run, step, variants }: Fetching,
): Landing<Delivered> {
  const { want, json, isClean } = item;
  const { knowledge } = run.context;
  if (!isProven(item, knowledge)) return { kind: 'own', value: { kind: 'doubtful' } };
  if (lifetime.kind === 'store') knowledge.sawStorable(step.subgraph);
  else knowledge.sawUnstorable(step.subgraph);
  if (stamp === null || !isClean || json === undefined || lifetime.kind === 'no-store') return own(json, sentAt);
  const isPrivate = lifetime.scope === 'private';
  if (isPrivate) knowledge.sawPrivate(want.selection);
  const subjectHash = isPrivate ? run.subjectHash : null;
  if (isPrivate && subjectHash === null) return own(json, sentAt);
  const said = readSaidOf(item);
  if (said === null || said.ttlMs === 0) return own(json, sentAt);
  const ttlMs = said.ttlMs ?? lifetime.ttlMs;
  const kept = keepAnswer(want, json, { stamp, sentAt, ttlMs, subjectHash, declared: said.tags }, run, variants);
  if (kept === null) return own(json, sentAt);
  const value: Delivered = { kind: 'data', json, storedAt: sentAt, expiresAt: kept.expiresAt, isPrivate };
  if (isPrivate) return { kind: 'own', value };
  return new SharedLanding(value, kept);
}

/** A class for its getter: the tags are only looked at where somebody joined. */
class SharedLanding {
  readonly kind = 'shareable';
  readonly value: Delivered;
  readonly kept: Kept;

  constructor(value: Delivered, kept: Kept) {
    this.value = value;
    this.kept = kept;
  }

  get tags(): readonly TagDigest[] {
    return this.kept.tags();
  }
}
