// Sample people, the same every time: names from everywhere, some that say little about themselves.

import { type Random, seededRandom } from '../kit/random.ts';
import type { SampleTable } from '../kit/sample-tables.ts';

export interface AccountsSample {
  /** At least 3. */
  readonly userCount: number;
  readonly productCount: number;
  readonly skuOf: (product: number) => string;
  readonly warehouseIds: readonly [string, ...string[]];
}

type Place = readonly [city: string, country: string];

const GIVEN = [
  ...['Ada', 'Grace', 'Edsger', 'Zoë', 'José', 'Łukasz', 'Søren', 'Anaïs', 'Nguyễn', 'Mária', 'Björk', 'Óscar'],
  ...['春樹', '陽子', 'Ольга', 'Дмитрий', 'Αθηνά', 'محمد', 'שרה', 'प्रिया', 'Kwame', 'Aroha', 'Jean-Luc', 'Ann Marie'],
] as const;
const FAMILY = [
  ...['Lovelace', 'Hopper', 'Dijkstra', "O'Brien", 'Müller', 'García', 'Wałęsa', 'Kierkegaard', 'Nakamura', '村上'],
  ...[
    'Иванова',
    'Παπαδοπούλου',
    'Okafor',
    'de la Cruz',
    'van den Berg',
    'Smith',
    'Smith',
    'Nguyen',
    'Ó Súilleabháin',
    'X',
  ],
] as const;
const HANDLES = [
  'ada',
  'grace',
  'edsger',
  'zoe',
  'jose',
  'lukasz',
  'soren',
  'haruki',
  'olga',
  'priya',
  'kwame',
  'aroha',
];
const BIOS = [
  'Reads more than is good for the eyes.',
  'Coffee ☕, cats 🐈‍⬛ and compilers.',
  'She said: "never again" — and bought it again.',
  'Line one\nLine two\n\tand a tab',
  'C:\\temp\\notes.txt is where it is kept',
  '𝒮omething in mathematical letters 👩‍👩‍👧‍👦 and a flag 🇳🇿',
  'אני גר בחיפה',
  '',
] as const;
const PLACES: readonly [Place, ...Place[]] = [
  ['Berlin', 'DE'],
  ['München', 'DE'],
  ['Paris', 'FR'],
  ['A Coruña', 'ES'],
  ['Kraków', 'PL'],
  ['Ōsaka', 'JP'],
  ['San José', 'US'],
  ['Tāmaki Makaurau', 'NZ'],
];
const STREETS = ['Hauptstraße', 'Rue de l’Été', 'Calle Mayor', 'ul. Długa', 'Main St.', 'Queen Street'] as const;
const TIERS = ['BASIC', 'BASIC', 'BASIC', 'PLUS', 'PLUS', 'GOLD'] as const;
const INTERESTS = ['BOOKS', 'COOKING', 'GAMES', 'GARDEN', 'MUSIC', 'OUTDOORS'] as const;

const FIRST_JOINED_AT = Date.UTC(2021, 0, 1);
const LAST_JOINED_AT = Date.UTC(2026, 0, 1);
const FOLLOWS_PER_USER = 1;
const ITEMS_PER_CART = 2;

/** The n-th person's name, from 1. It never changes, so that others may keep copies. */
export function usernameOf(user: number): string {
  return `${HANDLES[user % HANDLES.length] ?? 'user'}.${user.toString(36)}`;
}

export function accountsSample(sample: AccountsSample): SampleTable[] {
  const { userCount } = sample;
  return [
    {
      table: 'accounts.person',
      columns: [
        'id',
        'username',
        'email',
        'name',
        'bio',
        'tier',
        'interests',
        'joined_at',
        'last_seen_at',
        'street',
        'city',
        'country',
      ].concat('home_warehouse_id'),
      rowCount: userCount,
      rows: () => people(sample, seededRandom(11)),
      sequence: { name: 'accounts.person_id_seq', column: 'id' },
    },
    {
      table: 'accounts.follow',
      columns: ['followee_id', 'follower_id', 'followed_at'],
      rowCount: userCount * FOLLOWS_PER_USER,
      rows: () => follows(userCount, seededRandom(12)),
    },
    {
      table: 'accounts.wish',
      columns: ['person_id', 'sku', 'wished_at'],
      rowCount: userCount + Math.ceil(userCount / 2),
      rows: () => wishes(sample, seededRandom(13)),
    },
    {
      table: 'accounts.cart_item',
      columns: ['person_id', 'sku', 'quantity', 'added_at'],
      rowCount: cartUserCount(userCount) * ITEMS_PER_CART,
      rows: () => cartItems(sample, seededRandom(14)),
    },
  ];
}

function* people({ userCount, warehouseIds }: AccountsSample, random: Random) {
  for (let id = 1; id <= userCount; id += 1) {
    const joinedAt = FIRST_JOINED_AT + Math.floor(((LAST_JOINED_AT - FIRST_JOINED_AT) * id) / userCount);
    const [city, country] = random.chance(0.8) ? random.pick(PLACES) : [null, null];
    const street = city !== null && random.chance(0.7) ? `${random.pick(STREETS)} ${1 + random.below(200)}` : null;
    yield [
      id,
      usernameOf(id),
      `${usernameOf(id)}@example.com`,
      random.chance(0.9) ? `${random.pick(GIVEN)} ${random.pick(FAMILY)}` : null,
      random.chance(0.6) ? random.pick(BIOS) : null,
      random.pick(TIERS),
      INTERESTS.filter(() => random.chance(0.3)),
      new Date(joinedAt),
      random.chance(0.75) ? new Date(joinedAt + random.below(90) * 86_400_000) : null,
      street,
      city,
      country,
      random.chance(0.5) ? random.pick(warehouseIds) : null,
    ];
  }
}

/** The first people have the most followers. */
function* follows(userCount: number, random: Random) {
  for (let follower = 1; follower <= userCount; follower += 1) {
    for (const followee of distinct(
      FOLLOWS_PER_USER,
      () => 1 + Math.floor(random.fraction() ** 3 * userCount),
      follower,
    )) {
      yield [followee, follower, momentOf(follower * FOLLOWS_PER_USER)];
    }
  }
}

function* wishes({ userCount, productCount, skuOf }: AccountsSample, random: Random) {
  for (let person = 1; person <= userCount; person += 1) {
    let place = 0;
    for (const product of distinct(wishCountOf(person), () => 1 + random.below(productCount))) {
      place += 1;
      // Some wish for what is not sold any more.
      yield [person, random.chance(0.02) ? `GONE-${product}` : skuOf(product), momentOf(person * 2 + place)];
    }
  }
}

function* cartItems({ userCount, productCount, skuOf }: AccountsSample, random: Random) {
  for (let person = 1; person <= cartUserCount(userCount); person += 1) {
    for (const product of distinct(ITEMS_PER_CART, () => 1 + random.below(productCount))) {
      yield [person, random.chance(0.02) ? `GONE-${product}` : skuOf(product), 1 + random.below(4), momentOf(person)];
    }
  }
}

function distinct(count: number, draw: () => number, excluded?: number): Set<number> {
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const number = draw();
    if (number !== excluded) drawn.add(number);
  }
  return drawn;
}

const wishCountOf = (person: number): number => 1 + (person % 2);
const cartUserCount = (userCount: number): number => Math.ceil(userCount / 8);
const momentOf = (n: number): Date => new Date(FIRST_JOINED_AT + n * 1_000);
