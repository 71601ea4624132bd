// Run by l1-memory.test.ts with --expose-gc, alone in a process: fills L1 to its bound several times over and says what the process then takes.
import { silentCacheMetrics } from '../../../../gateway/cache/cache-metrics.ts';
import { createL1 } from '../../../../gateway/cache/l1.ts';
import type { Slice } from '../../../../gateway/cache/record.ts';
import { createSlicePacker } from '../../../../gateway/cache/slice-packer.ts';
import type { Value } from '../../../../gateway/cache/value.ts';
import { handJudge, productFamily, productKey, START_AT } from './samples.ts';

export interface Filled {
  readonly countedBytes: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly recordCount: number;
}

const MAX_BYTES = 64 * 1024 * 1024;
/** The largest that V8 does not keep apart as large objects. */
const ANSWER_PADDING = 'p'.repeat(20_000);

const LONG_TEXT = 'l'.repeat(30_000);

type Shape = (upc: number) => ReadonlyMap<string, Value>;

const SHAPES: Readonly<Record<string, Shape>> = {
  /** An entity of 5 fields. */
  five: (upc) =>
    new Map<string, Value>([
      ['upc', `"upc-${upc}"`],
      ['name', `"Product number ${upc}"`],
      ['price', String(upc * 7)],
      ['description', `"A table made of wood, in the colour ${upc}"`],
      ['inStock', 'true'],
    ]),
  nested: (upc) =>
    new Map<string, Value>([
      [
        'size',
        {
          kind: 'object',
          typename: 'Size',
          fields: new Map([
            ['w', String(upc)],
            ['h', '100'],
            ['unit', '"cm"'],
          ]),
        },
      ],
      [
        'reviews',
        Array.from({ length: 10 }, (_, n) => ({ kind: 'entity', typename: 'Review', keyText: `{"id":"${upc}-${n}"}` })),
      ],
      ['title', `"日本 ${upc}"`],
    ]),
  /** Cut out of a long answer, as an ingest that walks the bytes would. */
  cut: (upc) => {
    const answer = `{"name":"A rather long name of product ${upc}","rest":"${ANSWER_PADDING}${upc}"}`;
    return new Map([['name', answer.slice(8, answer.indexOf(',"rest"'))]]);
  },
  tiny: (upc) => new Map([['inStock', upc % 2 === 0 ? 'true' : 'false']]),
  /** Texts of 30 KB. */
  long: (upc) => new Map([['description', `"${upc}${LONG_TEXT}"`]]),
  lists: (upc) =>
    new Map(
      Array.from({ length: 5 }, (_, n) => [
        `list${n}`,
        Array.from({ length: 30 }, (_, at) =>
          at % 3 === 0 ? [String(upc + at), `"${at}/${upc}"`] : `"item ${at} of ${upc}"`,
        ),
      ]),
    ),
  /** No two alike: nothing is shared. */
  lonely: (upc) => new Map([[`search({"text":"words number ${upc}"})`, `"found ${upc}"`]]),
};

const shape = SHAPES[process.argv[2] ?? ''];
if (shape === undefined) throw new Error(`Expected one of ${Object.keys(SHAPES).join(', ')}`);
process.stdout.write(`${JSON.stringify(fill(shape))}\n`);

function fill(shapeOf: Shape): Filled {
  const packer = createSlicePacker(handJudge());
  const l1 = createL1({ maxBytes: MAX_BYTES, hashSeed: 1, packer, metrics: silentCacheMetrics });
  const family = productFamily();
  // Warm up: code and feedback are not L1's.
  for (let upc = 0; upc < 5_000; upc += 1) l1.add(family(productKey(upc), ''), [sliceOf(shapeOf, upc)], START_AT);
  for (let upc = 0; upc < 5_000; upc += 1) l1.drop(family(productKey(upc), ''));
  const before = settle();
  let evicted = 0;
  const evictionCount = shapeOf === SHAPES.long ? 10_000 : 50_000;
  // Several times over: what was given back must be given out again.
  for (let upc = 0; evicted < evictionCount; upc += 1) {
    const count = l1.recordCount();
    l1.add(family(productKey(upc), ''), [sliceOf(shapeOf, upc)], START_AT);
    if (l1.recordCount() <= count) evicted += 1;
  }
  const after = settle();
  return {
    countedBytes: l1.bytes(),
    // The numbers of the table of records lie outside of the heap.
    heapBytes: after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers,
    residentBytes: after.rss - before.rss,
    recordCount: l1.recordCount(),
  };
}

function sliceOf(shapeOf: Shape, upc: number): Slice {
  return {
    stamp: { logId: 'log', position: upc % 1_000 },
    tags: ['any/catalog'],
    storedAt: START_AT + 0.25,
    expiresAt: START_AT + 60_000.5 + upc,
    typename: 'Product',
    fields: shapeOf(upc),
  };
}

function settle(): NodeJS.MemoryUsage {
  if (globalThis.gc === undefined) throw new Error('Expected --expose-gc');
  // Also gives back what V8 has freed: else its spare pages would count as ours.
  for (let round = 0; round < 3; round += 1) globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return process.memoryUsage();
}
