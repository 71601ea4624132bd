// What the search looks for: a wrong answer, or a sighting that shows that the rules do not merely refuse everything.

import type { configurations } from './configuration.ts';
import { ledgerText } from './feed.ts';
import { judge, tooOld } from './judge.ts';
import type { Entry, State } from './state.ts';
import { entryText, gatewayName, rowName } from './words.ts';
import type { World } from './world.ts';

export interface Question {
  /** The answer in words where this state holds it. */
  readonly find: (state: State, world: World) => string | undefined;
  /** True where no later state can hold it: the search goes no further there. */
  readonly isVain: (state: State) => boolean;
}

/** Does some gateway serve out of some entry what was current at no moment in [now − S, now]? */
export const wrongAnswer: Question = {
  find(state, world) {
    for (const entry of state.store) {
      const old = tooOld(state, entry.values, world);
      if (old === undefined) continue;
      const index = state.gateways.findIndex((gateway) => judge(state, gateway, entry, world));
      if (index < 0) continue;
      return [
        `WRONG: ${gatewayName(index)} serves ${entryText(entry)}`,
        `  but version ${old.version} of ${rowName(old.row)} was replaced more than S = ${world.configuration.boundTicks} ticks ago`,
        `  its ledger: ${ledgerText(state.gateways[index]!)}`,
      ].join('\n');
    }
    return undefined;
  },
  /** With no commit to come and no outdated version in any hand nothing wrong can follow. */
  isVain({ left, rows, store, gateways }) {
    if (left.commits > 0) return false;
    const held = [...store, ...gateways.flatMap(({ flights }) => flights)].flatMap(({ values }) => values ?? []);
    return held.every(({ row, version }) => version === rows[row]!.endedAges.length);
  },
};

export interface Sighting {
  readonly name: string;
  readonly world: keyof typeof configurations;
  readonly question: Question;
}

export const sightings: readonly Sighting[] = [
  sighting('a value that was replaced at most S ago is still served', 'race', (state, entry) =>
    isOutdated(state, entry),
  ),
  sighting('what was fetched after a purge is served by both gateways that know the purge', 'race', (state, entry) =>
    state.gateways.every(({ purged }) => purged.some(({ row }) => entry.values.some((value) => value.row === row))),
  ),
  sighting('an entry outlives the purge of another row', 'twoRows', (state, entry) =>
    state.gateways.every(({ purged, heard }) => {
      return purged.length > 0 && heard.every(({ position }) => position > entry.stamps[0]!.position);
    }),
  ),
  sighting('an entry is served by a gateway that was restarted after it was stored', 'jumped', (state, entry) => {
    return (
      state.left.gatewayRestarts === 0 &&
      state.gateways.every(({ heard }) => heard[0]!.horizon === entry.stamps[0]!.position)
    );
  }),
  sighting('under a new log id entries are served again', 'relays', (_, entry) =>
    entry.stamps.every(({ logId }) => logId > 1),
  ),
  sighting('a derived entry is served', 'derived', (_, entry) => entry.values.length === 2),
];

/** Is an entry served by both gateways, while this holds? */
function sighting(name: string, world: Sighting['world'], holds: (state: State, entry: Entry) => boolean): Sighting {
  const find: Question['find'] = (state, given) => {
    const entry = state.store.find((each) => {
      return holds(state, each) && state.gateways.every((gateway) => judge(state, gateway, each, given));
    });
    return entry === undefined ? undefined : `SEEN: both gateways serve ${entryText(entry)}`;
  };
  return { name, world, question: { find, isVain: () => false } };
}

function isOutdated({ rows }: State, { values }: Entry): boolean {
  return values.some(({ row, version }) => version < rows[row]!.endedAges.length);
}
