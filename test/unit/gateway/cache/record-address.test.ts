// Addresses: nothing that a client sends can make one record's address look like another's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseTags,
  createAddressing,
  ownerKey,
  storageKey,
  tableKeyOf,
  variantOf,
} from '../../../../gateway/cache/record-address.ts';
import { entityTag, typeTag } from '../../../../schema/tag.ts';
import { BOUNDED } from './samples.ts';

interface Parts {
  readonly graph: string;
  readonly subgraph: string;
  readonly shapeDigest: string;
  readonly typename: string;
  readonly kind: 'entity' | 'root';
  readonly keyText: string;
  readonly variant: string;
}

const addressOf = ({ graph, keyText, variant, ...spec }: Parts) =>
  createAddressing({ graph, formatVersion: 1 }).family({ ...spec, policy: BOUNDED })(keyText, variant);

// Few characters, most of them those that the text uses itself: collisions would be found fast.
const nasty = fc.string({ unit: fc.constantFrom('/', '%', '2', 'f', 'a', '{', '"'), maxLength: 5 });
const parts: fc.Arbitrary<Parts> = fc.record({
  graph: nasty,
  subgraph: nasty,
  shapeDigest: nasty,
  typename: nasty,
  kind: fc.constantFrom('entity', 'root'),
  keyText: nasty,
  variant: nasty,
});

describe('the address of a record', () => {
  it('is equal for equal parts and different for parts that differ anywhere', () => {
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const equal = JSON.stringify(left) === JSON.stringify(right);
        expect(addressOf(left).text === addressOf(right).text).toBe(equal);
      }),
      { numRuns: 5_000 },
    );
  });

  it('differs when one character moves from one part to its neighbour', () => {
    const names = ['graph', 'subgraph', 'shapeDigest', 'typename', 'variant', 'keyText'] as const;
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: names.length - 2 }), nasty, (base, at, moved) => {
        const [first, second] = [names[at]!, names[at + 1]!];
        const left = addressOf({ ...base, [first]: base[first] + moved });
        const right = addressOf({ ...base, [second]: moved + base[second] });
        expect(left.text === right.text).toBe(moved === '');
      }),
      { numRuns: 5_000 },
    );
  });

  it('tells the record apart in L1 exactly as its text does', () => {
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const [one, other] = [tableKeyOf(addressOf(left)), tableKeyOf(addressOf(right))];
        const isSame = one.prefix === other.prefix && one.head + one.keyText === other.head + other.keyText;
        expect(isSame).toBe(addressOf(left).text === addressOf(right).text);
      }),
      { numRuns: 5_000 },
    );
  });

  it('keeps the variants of one family apart, in whatever order they are asked for', () => {
    const family = createAddressing({ graph: 'g', formatVersion: 1 }).family({
      subgraph: 's',
      shapeDigest: 'd',
      typename: 'T',
      kind: 'entity',
      policy: BOUNDED,
    });
    const [alice, bob, everyone, again] = ['alice', 'bob', '', 'alice'].map((variant) => family('{"id":"1"}', variant));
    // Asked for before another is, and after.
    for (const turn of [0, 1]) {
      const heads = [alice, bob, everyone, again].map((address) => tableKeyOf(address!).head);
      expect(heads, `turn ${turn}`).toEqual(['/alice/', '/bob/', '', '/alice/']);
    }
    expect(new Set([alice!.text, bob!.text, everyone!.text]).size).toBe(3);
    expect(again!.text).toBe(alice!.text);
  });

  it('keeps a key that looks like a variant apart from that variant', () => {
    const family = createAddressing({ graph: 'g', formatVersion: 1 }).family({
      subgraph: 's',
      shapeDigest: 'd',
      typename: 'T',
      kind: 'root',
      policy: BOUNDED,
    });
    expect(family('/alice/me', '').text).not.toBe(family('me', 'alice').text);
  });

  it('says what it was made of', () => {
    const address = addressOf({
      graph: 'g',
      subgraph: 'catalog',
      shapeDigest: 'd',
      typename: 'Product',
      kind: 'entity',
      keyText: '{"upc":"1"}',
      variant: 'v',
    });
    expect([address.subgraph, address.typename, address.kind, address.keyText, address.variant]).toEqual([
      'catalog',
      'Product',
      'entity',
      '{"upc":"1"}',
      'v',
    ]);
    expect(address.policy).toBe(BOUNDED);
  });
});

describe('the keys that follow from an address', () => {
  it('are short and safe for Memcached, whatever the address holds', () => {
    fc.assert(
      fc.property(parts, fc.string(), (given, text) => {
        expect(storageKey(addressOf({ ...given, keyText: text }))).toMatch(/^[\w-]{1,64}$/);
      }),
    );
  });

  it('send all variants and shapes of one entity to one shard, and no two entities by imitation', () => {
    expect(ownerKey('catalog', 'Product', '{"upc":"1"}')).toBe('catalog/Product/{"upc":"1"}');
    fc.assert(
      fc.property(fc.tuple(nasty, nasty, nasty), fc.tuple(nasty, nasty, nasty), (left, right) => {
        expect(ownerKey(...left) === ownerKey(...right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
      { numRuns: 5_000 },
    );
  });

  it('make a variant of parts that keep their places, and none of empty parts', () => {
    expect(variantOf([])).toBe('');
    expect(variantOf(['', '', ''])).toBe('');
    const distinct = [
      variantOf(['a', '', '']),
      variantOf(['', 'a', '']),
      variantOf(['a', 'a', '']),
      variantOf(['a/', '']),
    ];
    expect(new Set(distinct).size).toBe(4);
    for (const variant of distinct) expect(variant).toMatch(/^[\w-]{22}$/);
  });
});

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length });
const keyValue = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0129eExA-_+. %/&="\\'), maxLength: 6 }),
  fc.integer(),
  fc.boolean(),
  fc.tuple(hex(8), hex(4), hex(4), hex(4), hex(12)).map((groups) => groups.join('-')),
);

/** By the long way: a key of two fields is always parsed. */
const foldedTag = (name: string, value: string | number | boolean): string =>
  entityTag('s/1', 'T', { [name]: value, '~': 'z' }).replace('&~=z', '');

describe('the tags that follow from an address', () => {
  const entity = addressOf({
    graph: 'g',
    subgraph: 'catalog',
    shapeDigest: 'd',
    typename: 'Product',
    kind: 'entity',
    keyText: '{"upc":"1"}',
    variant: '',
  });

  it('are the entity itself and its type', () => {
    expect(baseTags(entity)).toEqual([entityTag('catalog', 'Product', { upc: '1' }), typeTag('catalog', 'Product')]);
  });

  it('are none for a root field, whose slices bear them all', () => {
    expect(baseTags({ ...entity, kind: 'root', text: 'x', keyText: 'topProducts' })).toEqual([]);
  });

  it('are the same however the key is spelled, whether it is cut out of its text or parsed', () => {
    const addressing = createAddressing({ graph: 'g', formatVersion: 1 });
    const spec = { subgraph: 's/1', shapeDigest: 'd', typename: 'T', kind: 'entity', policy: BOUNDED } as const;
    const field = fc.constantFrom('id', 'upc', 'a.b', 'a"b');
    fc.assert(
      fc.property(fc.array(fc.tuple(field, keyValue), { minLength: 1, maxLength: 8 }), (keys) => {
        // One family for all of them: it remembers what form its keys have.
        const family = addressing.family(spec);
        for (const [name, value] of keys) {
          const key = { [name]: value };
          expect(baseTags(family(JSON.stringify(key), ''))?.[0]).toBe(foldedTag(name, value));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('tell a key of one field from one of more fields that begins as it does', () => {
    const family = createAddressing({ graph: 'g', formatVersion: 1 }).family({
      subgraph: 's',
      shapeDigest: 'd',
      typename: 'T',
      kind: 'entity',
      policy: BOUNDED,
    });
    const tagsOf = (keyText: string) => baseTags(family(keyText, ''))?.[0];
    expect(tagsOf('{"id":"1"}')).toBe('entity/s/T/id=1');
    expect(tagsOf('{"id":"1","org":"2"}')).toBe('entity/s/T/id=1&org=2');
    expect(tagsOf('{"id":"1"}')).toBe('entity/s/T/id=1');
  });

  it('are refused for a key that is no object: nothing could ever purge the record', () => {
    for (const keyText of ['', 'upc', '[1]', 'null', '"1"', '1', '{"upc":']) {
      expect(
        baseTags({ subgraph: 's', typename: 'T', kind: 'entity', keyText, variant: '', text: '', policy: BOUNDED }),
      ).toBe(null);
    }
  });
});

describe('the public records of an entity', () => {
  const spec = { subgraph: 'catalog', typename: 'Product', kind: 'entity', policy: BOUNDED } as const;

  it('are one for each shape of its type that was in force here, and no variant', () => {
    const addressing = createAddressing({ graph: 'g', formatVersion: 1 });
    const old = addressing.family({ ...spec, shapeDigest: 'old' });
    const now = addressing.family({ ...spec, shapeDigest: 'new' });
    addressing.family({ ...spec, typename: 'Other', shapeDigest: 'x' });
    addressing.family({ ...spec, kind: 'root', typename: 'Product', shapeDigest: 'y' });
    const texts = addressing.publicAddresses('catalog', 'Product', '{"upc":"1"}').map(({ text }) => text);
    expect(texts).toEqual([old('{"upc":"1"}', '').text, now('{"upc":"1"}', '').text]);
    expect(addressing.publicAddresses('catalog', 'Unknown', '{}')).toEqual([]);
  });

  it('are those of the last eight shapes, however often schemas are reloaded', () => {
    const addressing = createAddressing({ graph: 'g', formatVersion: 1 });
    const first = addressing.family({ ...spec, shapeDigest: 'first' });
    for (let reload = 0; reload < 6; reload += 1) addressing.family({ ...spec, shapeDigest: `shape${reload}` });
    addressing.family({ ...spec, shapeDigest: 'first' });
    for (let reload = 6; reload < 12; reload += 1) addressing.family({ ...spec, shapeDigest: `shape${reload}` });
    const addresses = addressing.publicAddresses('catalog', 'Product', '{}');
    expect(addresses).toHaveLength(8);
    expect(addresses.map(({ text }) => text)).toContain(first('{}', '').text);
  });
});
