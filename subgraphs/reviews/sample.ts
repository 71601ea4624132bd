// Sample reviews, the same every time: a few products have most of them, many are anonymous, short, or very long.

import { type Random, seededRandom } from '../kit/random.ts';
import type { CopyValue, SampleTable } from '../kit/sample-tables.ts';

export interface ReviewsSample {
  readonly reviewCount: number;
  readonly productCount: number;
  readonly userCount: number;
  /** Copied into each review of the n-th person. */
  readonly usernameOf: (user: number) => string;
  readonly warehouseIds: readonly [string, ...string[]];
  readonly mediaCount: number;
}

const TITLES = [
  ...[
    'Great',
    'Broken on arrival',
    'Meh',
    'Würde ich wieder kaufen',
    '最高です',
    'No me gusta',
    '"As described"',
    '👍👍👍',
  ],
  ...['Don’t', 'Good value', 'Good value', 'It\\s fine', ''],
] as const;
const SENTENCES = [
  'Works as it should.',
  'Came two days late, but in one piece.',
  'My daughter loves it 💜.',
  'Das Gehäuse ist aus Plastik, nicht aus Holz!',
  'サイズがちょうどいいです。',
  'Me llegó roto; lo devolví.',
  'He said "never again", and I agree.',
  'Bought it for 19.90 €, now it is half of that.',
  'First line\nsecond line\tand a tab.',
  'Back\\slash and 𝔣𝔞𝔫𝔠𝔶 letters.',
] as const;
const RATINGS = [1, 2, 3, 4, 4, 4, 5, 5, 5, 5] as const;
const LANGUAGES = ['DE', 'EN', 'EN', 'EN', 'ES', 'JA'] as const;

const FIRST_CREATED_AT = Date.UTC(2023, 0, 1);
const LAST_CREATED_AT = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const LIKES_PER_MEDIA = 2;

export function reviewsSample(sample: ReviewsSample): SampleTable[] {
  return [
    {
      table: 'reviews.review',
      columns: [
        'id',
        'upc',
        'author_id',
        'author_username',
        'rating',
        'title',
        'body',
        'language',
        'verified',
        'helpful_count',
      ].concat(['created_at', 'edited_at', 'warehouse_id']),
      rowCount: sample.reviewCount,
      rows: () => reviews(sample, seededRandom(41)),
      sequence: { name: 'reviews.review_id', column: 'id' },
    },
    {
      table: 'reviews.media_like',
      columns: ['media_id', 'person_id', 'liked_at'],
      rowCount: Math.floor(sample.mediaCount / 2) * LIKES_PER_MEDIA,
      rows: () => likes(sample),
    },
  ];
}

function* reviews({ reviewCount, productCount, userCount, usernameOf, warehouseIds }: ReviewsSample, random: Random) {
  for (let id = 1; id <= reviewCount; id += 1) {
    const createdAt = FIRST_CREATED_AT + Math.floor(((LAST_CREATED_AT - FIRST_CREATED_AT) * id) / reviewCount);
    // One in three hundred is of a product that is gone, or by a person who is.
    const product = random.chance(0.003)
      ? productCount + 1 + random.below(20)
      : 1 + Math.floor(random.fraction() ** 2 * productCount);
    const anonymous = random.chance(0.04);
    const author = random.chance(0.003)
      ? userCount + 1 + random.below(20)
      : 1 + Math.floor(random.fraction() ** 1.5 * userCount);
    const row: CopyValue[] = [
      id,
      String(product),
      anonymous ? null : author,
      anonymous ? null : usernameOf(author),
      random.pick(RATINGS),
      random.chance(0.7) ? random.pick(TITLES) : null,
      random.chance(0.9) ? body(random) : null,
      random.pick(LANGUAGES),
      random.chance(0.6),
      random.chance(0.5) ? 0 : Math.floor(random.fraction() ** 4 * 500),
      new Date(createdAt),
      random.chance(0.1) ? new Date(createdAt + random.below(1_000) * HOUR_MS) : null,
      random.chance(0.3) ? random.pick(warehouseIds) : null,
    ];
    yield row;
  }
}

/** Most are short; one in five hundred is as long as a page. */
function body(random: Random): string {
  const sentenceCount = random.chance(0.002) ? 150 : 1 + random.below(5);
  return Array.from({ length: sentenceCount }, () => random.pick(SENTENCES)).join(' ');
}

/** Every second medium is liked by one person; the first fifteen of them by many more. */
function* likes({ mediaCount, userCount }: ReviewsSample) {
  const likedCount = Math.floor(mediaCount / 2);
  for (let n = 0; n < likedCount * LIKES_PER_MEDIA; n += 1) {
    const medium = n < likedCount ? n * 2 + 1 : ((n - likedCount) % 15) * 2 + 1;
    const person = n < likedCount ? 1 : 2 + Math.floor((n - likedCount) / 15);
    yield [medium, ((person - 1) % userCount) + 1, new Date(FIRST_CREATED_AT + n * 1_000)];
  }
}
