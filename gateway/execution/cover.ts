// Serves wants from the entity store, as far as live slices cover them.

import type { LiveRecord, NoRecord, RecordAddress, Slice } from '../cache/record.ts';
import { type FoundField, findFields, type Hole, mergeFound } from './read-record.ts';
import type { Run } from './run.ts';
import type { FieldPlan } from './selection.ts';
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
      const subjectHash = subjectOf(want);
      if (subjectHash === undefined) {
        missing.push(want);
        continue;
      }
      const addresses = addressesOf(want, run, variants, subjectHash);
      const peeked = listOf(addresses).map((address) => run.context.store.peek(address, nowAt));
      if (!settle(want, addresses, peeked)) open.push({ want, addresses });
    }
    if (open.length > 0) {
      const asked = open.flatMap(({ addresses }) => listOf(addresses));
      const found = await run.context.store.readMany(asked, nowAt);
      let from = 0;
      for (const { want, addresses } of open) {
        const to = from + 1 + addresses.apart.size;
        if (!settle(want, addresses, found.slice(from, to))) missing.push(want);
        from = to;
      }
    }
    wave = inner.list();
  }
  return { missing, broken };
}

const listOf = (addresses: WantAddresses): RecordAddress[] => [addresses.main, ...addresses.apart.values()];

const slicesOf = (found: Found | undefined): readonly Slice[] => (typeof found === 'object' ? found.slices : []);

function cover(
  want: Want,
  addresses: WantAddresses,
  found: readonly Found[],
  run: Run,
  holes: Hole[],
): 'covered' | 'absent' | 'uncovered' {
  const main = slicesOf(found[0]);
  const newest = main[0];
  if (want.kind === 'entity' && newest?.fields === null) {
    account(want, run, addresses.main, [newest]);
    return 'absent';
  }
  const positive = main.find((slice) => slice.fields !== null);
  if (want.kind === 'entity' && !isCertain(want) && positive === undefined) return 'uncovered';
  const typename = want.kind === 'root' ? null : isCertain(want) ? want.typename : (positive?.typename ?? null);
  const shape = want.kind === 'root' ? want.shape : shapeOfEntity(want, typename);
  const apart = new Map<FieldPlan, readonly Slice[]>();
  [...addresses.apart.keys()].forEach((field, index) => {
    apart.set(field, slicesOf(found[index + 1]));
  });
  const fields = findFields(shape.fields, (field) => apart.get(field) ?? main, run.variables);
  if (fields === null) return 'uncovered';
  account(want, run, addresses.main, slicesIn(fields));
  for (const target of want.targets) mergeFound(target, typename, shape, fields, run.variables, holes);
  return 'covered';
}

const slicesIn = (fields: readonly FoundField[]): ReadonlySet<Slice> => new Set(fields.map(({ slice }) => slice));

function account(want: Want, run: Run, address: RecordAddress, slices: Iterable<Slice>): void {
  const isPrivate = run.context.knowledge.isPrivate(want.selection);
  for (const { storedAt, expiresAt } of slices) {
    run.account.add({
      subgraph: address.subgraph,
      policy: address.policy,
      storedAt,
      expiresAt,
      isPrivate,
      from: 'cache',
    });
  }
}
