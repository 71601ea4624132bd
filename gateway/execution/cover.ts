// Serves wants from the entity store, as far as live slices cover them.

import type { LiveRecord, NoRecord, RecordAddress, Slice } from '../cache/record.ts';
import { fillAtOnce } from './fill-at-once.ts';
import { findValues, type Hole, mergeValues } from './read-record.ts';
import type { Run } from './run.ts';
import { createEntityWants, shapeOfEntity, type Variants, type Want } from './want.ts';
import { createWantKinds, type WantKind } from './want-kind.ts';

export interface Covering {
  /** Wants that the store does not cover: those asked for, and entities found within those that it does. */
  readonly missing: readonly Want[];
  /** Wants whose entry holds an entity that the store says does not exist: the entry around it is out of date. */
  readonly broken: readonly Want[];
}

type Found = LiveRecord | NoRecord;

/** @param subjectOf the subject whose records a want reads: null for public ones; undefined: none may be read */
export async function coverFromStore(
  wants: readonly Want[],
  run: Run,
  variants: Variants,
  subjectOf: (want: Want) => string | null | undefined,
): Promise<Covering> {
  const missing: Want[] = [];
  const broken: Want[] = [];
  const { store } = run.context;
  let wave: readonly Want[] = wants;
  while (wave.length > 0) {
    const inner = createEntityWants();
    const holes: Hole[] = [];
    const isSettled = (
      want: Want,
      kind: WantKind,
      main: RecordAddress,
      lists: readonly (readonly Slice[])[],
    ): boolean => {
      holes.length = 0;
      const outcome = cover(want, kind, main, lists, run, holes);
      if (outcome === 'uncovered') return false;
      for (let index = 0; index < holes.length; index += 1) inner.addHole(holes[index]!, want);
      if (outcome === 'absent' && want.outers.length > 0) broken.push(want);
      return true;
    };
    const nowAt = run.context.nowAt();
    const kinds = createWantKinds(run, variants, subjectOf, nowAt);
    const open: { want: Want; kind: WantKind; addresses: readonly RecordAddress[] }[] = [];
    for (const want of wave) {
      const kind = kinds.of(want);
      if (kind === null) {
        missing.push(want);
        continue;
      }
      const addresses = kind.addressesOf(want);
      const peeked = new Array<readonly Slice[]>(addresses.length);
      for (let index = 0; index < addresses.length; index += 1)
        peeked[index] = slicesOf(store.peek(addresses[index]!, nowAt));
      if (isSettled(want, kind, addresses[0]!, peeked)) continue;
      if (store.hasShards) open.push({ want, kind, addresses });
      else missing.push(want);
    }
    if (open.length > 0) {
      const found = await store.readMany(
        open.flatMap(({ addresses }) => addresses),
        nowAt,
      );
      let from = 0;
      for (const { want, kind, addresses } of open) {
        const to = from + addresses.length;
        if (!isSettled(want, kind, addresses[0]!, found.slice(from, to).map(slicesOf))) missing.push(want);
        from = to;
      }
    }
    kinds.settle();
    wave = inner.list();
  }
  return { missing, broken };
}

const NO_SLICES: readonly Slice[] = [];
const slicesOf = (found: Found): readonly Slice[] => (typeof found === 'object' ? found.slices : NO_SLICES);

/** @param lists what is live under each of its addresses @param holes receives the entities within */
function cover(
  want: Want,
  kind: WantKind,
  main: RecordAddress,
  lists: readonly (readonly Slice[])[],
  run: Run,
  holes: Hole[],
): 'covered' | 'absent' | 'uncovered' {
  const own = lists[0]!;
  const newest = own[0];
  if (want.kind === 'entity' && newest?.fields === null) {
    kind.take(main, [newest]);
    return 'absent';
  }
  const typename = want.kind === 'root' ? null : kind.shape === null ? toldIn(own) : want.typename;
  if (want.kind === 'entity' && typename === null) return 'uncovered';
  const shape = kind.shape ?? (want.kind === 'root' ? want.shape : shapeOfEntity(want, typename));
  const { variables } = run;
  const used: Slice[] = [];
  if (!fillAtOnce(want.targets, typename, shape, lists, variables, used, holes)) {
    used.length = 0;
    holes.length = 0;
    const values = findValues(shape, lists, variables, used);
    if (values === null) return 'uncovered';
    for (const target of want.targets) mergeValues(target, typename, shape, values, variables, holes);
  }
  kind.take(main, used);
  return 'covered';
}

const toldIn = (slices: readonly Slice[]): string | null =>
  slices.find((slice) => slice.fields !== null)?.typename ?? null;
