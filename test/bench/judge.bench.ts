// What does it cost to judge an entry, to digest a tag, to apply an event? Budget: judge ≤ 150 ns with 4 tags; ledger ≤ 40 MB.
//
// node --expose-gc test/bench/judge.bench.ts

import type { Judged } from '../../gateway/cache/judge.ts';
import { createLedger } from '../../gateway/purge/ledger.ts';
import { encodePurge, parsePurgeRecord } from '../../schema/purge-event.ts';
import { anyTag, changeTag, entityTag, typeTag } from '../../schema/tag.ts';

const SUBGRAPH = 'catalog';
/** As many as a processor's cache holds: what is served is touched anyway. */
const ENTRY_COUNT = 1_000;
const ROUND_COUNT = 60;
/** Keys that no entry has. */
const OTHERS_FROM = 100_000;
const POLICY = { kind: 'bounded', boundMs: 5_000 } as const;
const nothing = (): void => undefined;

let seed = 42;
const randomUint32 = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed;
};
const ledger = createLedger({
  clock: { nowAt: () => 1_000 },
  subgraphs: [{ name: SUBGRAPH, sources: [SUBGRAPH] }],
  facts: {
    keysOf: (_, typename) => (typename === 'Product' ? [new Map([['upc', null]])] : null),
    interfacesOf: () => [],
    versionOf: () => '1',
  },
  metrics: { event: nothing, horizonRaised: nothing, distrusted: nothing, purgeToInvisible: nothing, dropped: nothing },
  logger: { info: nothing, warn: nothing, error: nothing },
  randomUint32,
});
const upc = (n: number): string => `product-${n.toString().padStart(8, '0')}`;
const tagsOf = (n: number): readonly string[] => [
  entityTag(SUBGRAPH, 'Product', { upc: upc(n) }),
  typeTag(SUBGRAPH, 'Product'),
  changeTag(SUBGRAPH, 'Category'),
  `tag/${SUBGRAPH}/category-${n % 1000}`,
];
let offset = 0;
const beat = (): void => {
  offset += 1;
  const heartbeat = { asOfAt: 1_000, system: 's', timeline: 1 };
  ledger.apply(offset, {
    kind: 'heartbeat',
    source: SUBGRAPH,
    origin: { logId: 'l', number: purges },
    heartbeat,
  });
};
let purges = 0;
const purge = (n: number): void => {
  offset += 1;
  purges += 1;
  const event = {
    kind: 'entity',
    type: 'Product',
    keys: [{ upc: upc(n) }],
    op: 'update',
    list: false,
    tags: [],
    ts: 1,
  } as const;
  const origin = { logId: 'l', number: purges };
  ledger.apply(offset, { kind: 'purge', source: SUBGRAPH, origin, event });
};
const report = (what: string, value: number, unit: string): void =>
  console.log(`${what.padEnd(72)} ${value.toFixed(value < 100 ? 1 : 0).padStart(9)} ${unit}`);
/** The best of many short rounds: the machine may be busy with other things. */
const nsEach = (count: number, run: (n: number) => void): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    const began = process.hrtime.bigint();
    for (let n = 0; n < count; n += 1) run(n);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / count);
  }
  return best;
};

ledger.begin({ name: 'bench', numbering: 'offsets', position: 0, endPosition: 0 });
beat();
beat();
const entries = Array.from({ length: ENTRY_COUNT }, (_, n): Judged => {
  const stamp = ledger.stamp(SUBGRAPH);
  if (stamp === null) throw new Error('expected a stamp');
  return { stamp, tags: tagsOf(n).map(ledger.digest), expiresAt: 9_000 };
});
let verdicts = 0;
const judgeOne = (n: number): void => {
  if (ledger.judge(entries[(n * 7919) % ENTRY_COUNT]!, SUBGRAPH, POLICY, 1_500) === 'fresh') verdicts += 1;
};
report('judge, nothing purged since the fill', nsEach(20_000, judgeOne), 'ns');
for (let n = 0; n < 1_000; n += 1) purge(OTHERS_FROM + n);
report('judge, 4 tags asked for, 1,000 tags in the ledger', nsEach(20_000, judgeOne), 'ns');
for (let n = 0; n < 100_000; n += 1) purge(OTHERS_FROM + n);
report('judge, 4 tags asked for, 100,000 tags in the ledger', nsEach(20_000, judgeOne), 'ns');
const began = process.hrtime.bigint();
for (let n = 100_000; n < 1_000_000; n += 1) purge(OTHERS_FROM + n);
report(
  'apply an entity event, table growing to 1,000,000 tags',
  Number(process.hrtime.bigint() - began) / 900_000,
  'ns',
);
report('judge, 4 tags asked for, 1,000,000 tags in the ledger', nsEach(20_000, judgeOne), 'ns');
const status = ledger.status(1_500);
report('tags remembered', status.tagCount, '');
report('ledger', status.sizeBytes / 1e6, 'MB');
let slowest = 0;
const full = process.hrtime.bigint();
for (let n = 1_000_000; n < 2_000_000; n += 1) {
  const before = performance.now();
  purge(OTHERS_FROM + n);
  slowest = Math.max(slowest, performance.now() - before);
}
report('apply an entity event, ledger full', Number(process.hrtime.bigint() - full) / 1_000_000, 'ns');
report('the slowest of them', slowest, 'ms');
report('ledger then', ledger.status(1_500).sizeBytes / 1e6, 'MB');
const names = Array.from({ length: ENTRY_COUNT }, (_, n) => tagsOf(n)[0]!);
let digests = 0;
report(
  `digest of an entity's tag (${names[0]?.length} characters)`,
  nsEach(20_000, (n) => {
    digests ^= ledger.digest(names[n % ENTRY_COUNT]!).lo;
  }),
  'ns',
);
const fresh = (n: number): string => `any/catalo${'gh'[n & 1]}`;
report(
  'digest of a tag that is one of few',
  nsEach(20_000, (n) => {
    digests ^= ledger.digest(n % 2 === 0 ? anyTag(SUBGRAPH) : fresh(n)).lo;
  }),
  'ns',
);
const wire = encodePurge(
  SUBGRAPH,
  { logId: 'l', number: 1 },
  { kind: 'entity', type: 'Product', keys: [{ upc: 'x' }], op: 'update', list: false, tags: [], ts: 1 },
  'id',
  null,
);
report(
  'parse a record of the log (schema)',
  nsEach(2_000, () => void parsePurgeRecord(wire)),
  'ns',
);
if (verdicts === 0 && digests === 0) console.log('nothing was fresh');
