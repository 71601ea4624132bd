// Who takes part, on this machine.

import { APOLLO } from './apollo.ts';
import type { Contestant } from './contestant.ts';
import { cosmoRouters } from './cosmo-router.ts';
import { FRESHET } from './freshet.ts';
import { HIVE_GATEWAY } from './hive-gateway.ts';
import { hiveRouters } from './hive-router.ts';
import { SAME_BYTES } from './same-bytes.ts';

/** In the order of tables. Those that come as a binary take part where it is on the PATH. */
export function findContestants(): readonly Contestant[] {
  return [SAME_BYTES, ...FRESHET, ...APOLLO, ...HIVE_GATEWAY, ...hiveRouters(), ...cosmoRouters()];
}

/** @throws {Error} naming all that there are, for a name that is none of them */
export function pick<Item extends { readonly name: string }>(
  items: readonly Item[],
  names: readonly string[] | null,
  what: string,
): readonly Item[] {
  const unknown = names?.filter((name) => !items.some((item) => item.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`expected ${what} of ${items.map(({ name }) => name).join(', ')}; got ${unknown.join(', ')}`);
  return names === null ? items : items.filter(({ name }) => names.includes(name));
}
