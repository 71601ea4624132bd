// Serves wants from the entity store, as far as live slices cover them.

import type { LiveRecord, NoRecord, RecordAddress, Slice } from '../cache/record.ts';
import { findValues, type Hole, mergeValues } from './read-record.ts';
import type { Run } from './run.ts';
import {
  addressesOf,
  createEntityWants,
  isCertain,
  shapeOfEntity,
  type Variants,
  type Want,
  type WantAddresses,
} from './want.ts';

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
  let wave: readonly Want[] = wants;
  while (wave.length > 0) {
    const inner = createEntityWants();
    const open: { want: Want; addresses: WantAddresses }[] = [];
    const settle = (want: Want, addresses: WantAddresses, found: readonly Found[]): boolean => {
      const holes: Hole[] = [];
      const outcome = cover(want, addresses, found, run, holes);
      for (const hole of holes) inner.addHole(hole, want);
      if (outcome === 'absent' && want.outers.length > 0) broken.push(want);
      return outcome !== 'uncovered';
    };
    const nowAt = run.context.nowAt();
    for (const want of wave) {
      run.derivation?.enter(want.selection.subgraph.name);
      const subjectHash = subjectOf(want);
      if (subjectHash === undefined) {
        missing.push(want);
        continue;
      }
      const addresses = addressesOf(want, run, variants, subjectHash);
      const peeked = listOf(addresses).map((address) => run.context.store.peek(address, nowAt));
      if (!settle(want, addresses, peeked)) open.push({ want, addresses });
    }
    if (!run.context.store.hasShards) for (const { want } of open) missing.push(want);
    else if (open.length > 0) {
      const asked = open.flatMap(({ addresses }) => listOf(addresses));
      const found = await run.context.store.readMany(asked, nowAt);
      let from = 0;
      for (const { want, addresses } of open) {
        const to = from + 1 + addresses.apart.length;
        if (!settle(want, addresses, found.slice(from, to))) missing.push(want);
        from = to;
      }
    }
    wave = inner.list();
  }
  return { missing, broken };
}

const listOf = ({ main, apart }: WantAddresses): readonly RecordAddress[] =>
  apart.length === 0 ? [main] : [main, ...apart];

const NO_SLICES: readonly Slice[] = [];
const slicesOf = (found: Found): readonly Slice[] => (typeof found === 'object' ? found.slices : NO_SLICES);

function cover(
  want: Want,
  { main }: WantAddresses,
  found: readonly Found[],
  run: Run,
  holes: Hole[],
): 'covered' | 'absent' | 'uncovered' {
  const lists = found.map(slicesOf);
  const [own = NO_SLICES] = lists;
  const [newest] = own;
  if (want.kind === 'entity' && newest?.fields === null) {
    account(want, run, main, [newest]);
    return 'absent';
  }
  const typename = want.kind === 'root' ? null : isCertain(want) ? want.typename : toldIn(own);
  if (want.kind === 'entity' && typename === null) return 'uncovered';
  const shape = want.kind === 'root' ? want.shape : shapeOfEntity(want, typename);
  const used: Slice[] = [];
  const values = findValues(shape, lists.length === 1 ? [own] : lists, run.variables, used);
  if (values === null) return 'uncovered';
  account(want, run, main, used);
  for (const target of want.targets) mergeValues(target, typename, shape, values, run.variables, holes);
  return 'covered';
}

const toldIn = (slices: readonly Slice[]): string | null =>
  slices.find((slice) => slice.fields !== null)?.typename ?? null;

function account(want: Want, run: Run, address: RecordAddress, slices: readonly Slice[]): void {
  const { context } = run;
  const { subgraph, policy } = address;
  run.derivation?.take(address, slices);
  const isPrivate = run.scope(subgraph).isPersonal || context.knowledge.isPrivate(want.selection);
  const nowAt = context.nowAt();
  const validAt = nowAt - context.judge.asOfAgeMs(subgraph, nowAt);
  for (const { storedAt, expiresAt } of slices) {
    run.account.add({ policy, storedAt, validAt, expiresAt, isPrivate, from: 'cache' });
  }
}
