// Prints the bytes that an entity of 5 fields takes in L1, of 100,000. node --expose-gc

import { bytesEach, createCacheGround } from '../cache-ground.ts';

const HELD_COUNT = 100_000;
const { openStore, address, entity } = createCacheGround(HELD_COUNT);
const store = openStore([]);
const bytes = bytesEach(HELD_COUNT, () => {
  for (let n = 0; n < HELD_COUNT; n += 1) store.write(address(n), entity(n));
  return store;
});
console.log(bytes);
