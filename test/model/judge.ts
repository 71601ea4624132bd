// The rule: may this gateway serve this entry now? The stamp that the rule compares, and the test that it is held to.

import type { Entry, Gateway, RowVersion, Stamp, State } from './state.ts';
import type { World } from './world.ts';

/** The stamp for a fetch of these rows that is sent now. Undefined: a source was never heard, nothing may be stored. */
export function stampsFor(
  state: State,
  gateway: Gateway,
  rows: readonly number[],
  { rules }: World,
): readonly Stamp[] | undefined {
  const sources = [...new Set(rows.map((row) => state.rows[row]!.source))];
  const beyond = rules.position === 'next offset' ? 1 : 0;
  const stamps = sources.map((source): Stamp => {
    const { logId, position } = gateway.heard[source]!;
    return { source, logId, position: (rules.positionOf === 'log' ? gateway.logPosition : position) + beyond };
  });
  return stamps.some(({ logId }) => logId === 0) ? undefined : stamps;
}

export function judge(state: State, gateway: Gateway, entry: Entry, world: World): boolean {
  return notBehind(gateway, entry.stamps, world) && notPurged(state, gateway, entry);
}

/** May who asks now join a flight? Tags that come with the answer cannot be looked up yet: hence the second judgement. */
export function mayJoin(state: State, gateway: Gateway, entry: Entry, world: World): boolean {
  if (!notBehind(gateway, entry.stamps, world)) return false;
  if (world.rules.joining === 'purges ignored' || world.configuration.tagsKnown === 'with the answer') return true;
  return notPurged(state, gateway, entry);
}

/** What the sentence promises is that each value was current at some moment in [now − S, now]: the value that was not. */
export function tooOld(state: State, values: readonly RowVersion[], { configuration }: World): RowVersion | undefined {
  return values.find(({ row, version }) => {
    const endedAge = state.rows[row]!.endedAges[version];
    return endedAge !== undefined && endedAge > configuration.boundTicks;
  });
}

function notBehind(gateway: Gateway, stamps: readonly Stamp[], { rules, configuration }: World): boolean {
  return stamps.every(({ source, logId, position }, index) => {
    const heard = gateway.heard[source]!;
    if (rules.logId === 'compared' && logId !== heard.logId) return false;
    if (rules.horizon === 'compared' && position < heard.horizon) return false;
    if (rules.asOf === 'of the first source' && index > 0) return true;
    return heard.asOf <= configuration.boundTicks;
  });
}

function notPurged(state: State, gateway: Gateway, { stamps, values }: Entry): boolean {
  return values.every(({ row }) => {
    const purge = gateway.purged.find((each) => each.row === row);
    const stamp = stamps.find(({ source }) => source === state.rows[row]!.source);
    return purge === undefined || stamp === undefined || purge.offset <= stamp.position;
  });
}
