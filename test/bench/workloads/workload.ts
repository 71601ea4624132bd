// What is asked. The texts stand in files beside this one and were fixed before anything was measured.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PRODUCT_COUNT, upcOf } from '../origin/made-data.ts';
import { distinctOperations } from './distinct-operations.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { zipfRanks } from './zipf.ts';

export interface Workload {
  /** Short, for `--workload`. */
  readonly name: string;
  readonly title: string;
  /** JSON bodies, sent one after the other, over and over. */
  readonly bodies: readonly string[];
  /** Of these the answers are compared. */
  readonly samples: readonly string[];
  /** Changes of products that arrive each second, beside the requests. */
  readonly purgesPerSecond: number;
  /** What our config says of changes: `ttl` never hears of any. */
  readonly changes: 'ttl' | 'precise' | 'undeclared';
  /** Seconds of load before anything counts; what many ids need to be in the cache. */
  readonly warmUpSeconds: number;
}

/** Many requests: as many as a round sends, so that few come twice by the list's end alone. */
const DRAW_COUNT = 50_000;
const MUTATION_SHARE = 0.05;
const SEED = 4;
/** Of the 1,000 operations: where they differ is the text. */
const DISTINCT_OPERATION_COUNT = 1_000;
/** SHA-256 of their texts, one a line: they are made by a program, and must stay as they are. */
const DISTINCT_OPERATIONS_DIGEST = '17958c29d38753b6887bfbfe4869ffd7def0fece93df8e4294c54091fc86c012';
const PURGES_PER_SECOND = 1_000;

/** @throws {Error} when the made texts are not those that were fixed */
export function createWorkloads(): readonly Workload[] {
  const page = text('page');
  const steady = { purgesPerSecond: 0, changes: 'ttl', warmUpSeconds: 2 } as const;
  const one = (name: string, title: string, query: string, productCount: number): Workload => {
    const body = bodyOf(query, { upcs: Array.from({ length: productCount }, (_, n) => upcOf(n * 97)) });
    return { name, title, bodies: [body], samples: [body], ...steady };
  };
  const reads = zipfBodies(seededRandom(SEED));
  const mix = withMutations(reads, seededRandom(SEED + 1));
  const operations = operationBodies();
  const some = (bodies: readonly string[], count: number): readonly string[] => bodies.slice(0, count);
  const mixed = { bodies: mix, samples: some(mix, 40), purgesPerSecond: PURGES_PER_SECOND, warmUpSeconds: 4 } as const;
  return [
    one('page-1', 'page of 1 KB', page, 2),
    one('page-20', 'page of 20 KB', page, 42),
    one('page-100', 'page of 100 KB', page, 210),
    one('wide', '500 distinct entities', text('wide'), 100),
    {
      ...steady,
      name: 'zipf',
      title: 'one of 100,000 products, by Zipf',
      bodies: reads,
      samples: some(reads, 20),
      warmUpSeconds: 4,
    },
    {
      ...mixed,
      name: 'mix-precise',
      title: 'the same, 5 % mutations, 1,000 purges/s, declared precise',
      changes: 'precise',
    },
    { ...mixed, name: 'mix-undeclared', title: 'the same, nothing declared', changes: 'undeclared' },
    {
      ...steady,
      name: 'operations',
      title: '1,000 distinct operations',
      bodies: operations,
      samples: some(operations, 50),
      warmUpSeconds: 4,
    },
  ];
}

export function text(name: 'page' | 'wide' | 'product' | 'update-price' | 'keys'): string {
  return readFileSync(new URL(`./${name}.graphql`, import.meta.url), 'utf8').trim();
}

export const bodyOf = (query: string, variables: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ query, variables });

/** Ranks are spread over the ids, so that what is hot lies nowhere together. */
function zipfBodies(random: () => number): readonly string[] {
  const query = text('product');
  const idAtRank = shuffled(PRODUCT_COUNT, seededRandom(SEED + 2));
  return zipfRanks(PRODUCT_COUNT, DRAW_COUNT, random).map((rank) => bodyOf(query, { upc: upcOf(idAtRank[rank] ?? 0) }));
}

/** A mutation in the place of some reads, of the product that would have been read. Its price is the one that it has. */
function withMutations(reads: readonly string[], random: () => number): readonly string[] {
  const query = text('update-price');
  return reads.map((body) => {
    if (random() >= MUTATION_SHARE) return body;
    const { variables } = JSON.parse(body) as { readonly variables: { readonly upc: string } };
    return bodyOf(query, { upc: variables.upc, price: '1.00' });
  });
}

function operationBodies(): readonly string[] {
  const texts = distinctOperations(DISTINCT_OPERATION_COUNT);
  const digest = createHash('sha256').update(texts.join('\n')).digest('hex');
  if (digest !== DISTINCT_OPERATIONS_DIGEST)
    throw new Error(`expected the 1,000 operations that were fixed (${DISTINCT_OPERATIONS_DIGEST}), got ${digest}`);
  return texts.map((query, index) => bodyOf(query, { upc: upcOf(index % 50) }));
}
