// One step: what the store holds is taken from it, what is missing is fetched once, in one request.

import type { OperationKind } from '../federation/plan.ts';
import { written } from './canonical-name.ts';
import { type Covering, coverFromStore } from './cover.ts';
import type { FetchDocument } from './fetch-document.ts';
import { type Fetching, fetchWants } from './fetch-wants.ts';
import type { Run } from './run.ts';
import { createVariants, isCertain, outermost, type Want } from './want.ts';

export interface Step {
  readonly subgraph: string;
  readonly operationKind: OperationKind;
  readonly document: FetchDocument;
  readonly wants: readonly Want[];
}

/** Fills the targets of all wants, or reports errors in their place. Never rejects for what others do. */
export async function runStep(step: Step, run: Run): Promise<void> {
  if (step.wants.length === 0) return;
  const scope = run.scope(step.subgraph);
  const isCached = run.usesCache && scope.cacheable && run.context.rules.isCached(step.subgraph);
  const fetching: Fetching = {
    step,
    run,
    scope,
    variants: createVariants(scope, written(step.document.directives.canonical, run.variables), run.variables),
    isCached,
  };
  if (!isCached) {
    await fetchWants(step.wants, fetching);
    return;
  }
  const covering = await coverFromStore(step.wants, run, fetching.variants, (want) => subjectOf(want, run));
  const wants = toFetch(covering, run);
  if (wants.length === 0) return;
  const doubtful = await fetchWants(wants, fetching);
  const again = [...outermost(doubtful)];
  if (again.length > 0) await fetchWants(again, fetching);
}

/** Whose records a want reads: null for everyone's; undefined when it may read none. */
function subjectOf(want: Want, run: Run): string | null | undefined {
  if (!run.context.knowledge.isPrivate(want.selection)) return null;
  return run.subjectHash ?? undefined;
}

/**
 * An entity missing within an entry is asked for by itself, where the subgraph is known to resolve it or may be. Where it is
 * not, and where the store says that it is gone, the entry around it is fetched whole again.
 */
function toFetch({ missing, broken }: Covering, run: Run): readonly Want[] {
  const lost = missing.filter((want) => want.kind === 'entity' && want.outers.length > 0 && !mayResolve(want, run));
  const whole = new Set(outermost([...broken, ...lost]));
  for (const want of missing) if (want.outers.length === 0) whole.add(want);
  const within = missing.filter((want) => want.outers.length > 0 && !isWithin(want, whole));
  return [...whole, ...within];
}

const isWithin = (want: Want, whole: ReadonlySet<Want>): boolean =>
  [...outermost([want])].every((outer) => whole.has(outer));

const mayResolve = (want: Extract<Want, { kind: 'entity' }>, run: Run): boolean =>
  isCertain(want) && run.context.knowledge.resolvesEntity(want.selection.subgraph.name, want.typename) !== false;
