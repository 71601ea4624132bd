// The digest of what stored values mean: whatever lets an old text be read wrongly, or be purged too little, changes it.
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { shapeDigest } from '../../../gateway/federation/shape-digest.ts';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';

const SDL = `
extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.12"
  import: ["@key", "@cacheTag", "@external", "@shareable"]
)
scalar Money @specifiedBy(url: "https://example.com/money-1")
enum Sort { NAME PRICE }
enum Colour { RED BLUE }
input Range { least: Int = 1 most: Int unit: Unit = EUR }
enum Unit { EUR USD }
input Filter { text: String range: Range = {least: 2} not: Filter }
interface Node @key(fields: "id") { id: ID! }
interface Named { name: String }
union Found = Product | Page
type Page { title: String zone: Zone brand: Brand }
type Zone @key(fields: "id") { id: ID! }
type Size implements Named { name: String cm(unit: Unit = EUR): Float colour: Colour cost: Money }
type Product implements Node & Named @key(fields: "id") @key(fields: "maker { code }") @cacheTag(format: "product-{$key.id}") {
  id: ID!
  name: String
  size: Size
  maker: Maker!
  similar(filter: Filter, first: Int = 3): [Product!]!
}
type Maker @shareable { code: String! title: String }
type Brand implements Node @key(fields: "id") { id: ID! title: String }
type Query {
  products(filter: Filter, sort: Sort = NAME, first: Int = 5): [Product!]! @cacheTag(format: "products")
  node: Node
  found: [Found!]!
  named: Named
  page: Page
}
`;

function digestsOf(sdl: string) {
  const { supergraphSdl, errors } = composeSupergraph([{ name: 'shop', url: 'http://shop', sdl }]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  const facts = readSupergraphFacts(parse(supergraphSdl));
  return (coordinate: string): string => {
    const [typename = '', field = null] = coordinate.split('.');
    return shapeDigest(facts, 'shop', typename, field);
  };
}

const before = digestsOf(SDL);
const RECORDS = [
  'Product',
  'Brand',
  'Node',
  'Query.products',
  'Query.node',
  'Query.found',
  'Query.named',
  'Query.page',
];

function changedBy(from: string, to: string): readonly string[] {
  if (!SDL.includes(from)) throw new Error(`the schema has no ${from}`);
  const after = digestsOf(SDL.replace(from, to));
  return RECORDS.filter((record) => before(record) !== after(record));
}

describe('a digest', () => {
  it.each<[what: string, from: string, to: string, changed: readonly string[]]>([
    ['the default of an argument', 'first: Int = 5', 'first: Int = 6', ['Query.products']],
    ['a default that comes', 'filter: Filter, sort', 'filter: Filter = {text: "a"}, sort', ['Query.products']],
    ['the type of an argument', 'first: Int = 5', 'first: Float = 5', ['Query.products']],
    ['the default of an enum argument', 'sort: Sort = NAME', 'sort: Sort = PRICE', ['Query.products']],
    [
      'the default of a field of an input type',
      'least: Int = 1',
      'least: Int = 10',
      ['Product', 'Node', 'Query.products'],
    ],
    [
      'the default of an input type within an input type',
      'range: Range = {least: 2}',
      'range: Range = {least: 3}',
      ['Product', 'Node', 'Query.products'],
    ],
    ['the type of a field of an input type', 'most: Int', 'most: Float', ['Product', 'Node', 'Query.products']],
    [
      'a field of an input type that comes',
      'most: Int',
      'most: Int exact: Boolean = true',
      ['Product', 'Node', 'Query.products'],
    ],
    [
      'the values of an enum of arguments',
      'enum Sort { NAME PRICE }',
      'enum Sort { NAME PRICE AGE }',
      ['Query.products'],
    ],
    ['what a scalar is', 'money-1', 'money-2', ['Product', 'Node', 'Query.named']],
    [
      'an argument of a field of an object within',
      'cm(unit: Unit = EUR)',
      'cm(unit: Unit = USD)',
      ['Product', 'Node', 'Query.named'],
    ],
    ['the values of an enum in answers', 'RED BLUE', 'RED GREEN', ['Product', 'Node', 'Query.named']],
    ['the type of a field', 'name: String\n  size', 'name: String!\n  size', ['Product', 'Node']],
    [
      'the type of a key, by which a reference is read',
      'code: String!',
      'code: Int!',
      ['Product', 'Node', 'Query.products', 'Query.node', 'Query.found', 'Query.named'],
    ],
    [
      'how an entity is tagged',
      'product-{',
      'item-{',
      ['Product', 'Node', 'Query.products', 'Query.node', 'Query.found', 'Query.named'],
    ],
    ['how a list is tagged', '@cacheTag(format: "products")', '@cacheTag(format: "all products")', ['Query.products']],
    [
      'one tag that is written as two would be',
      '@cacheTag(format: "products")',
      '@cacheTag(format: "a") @cacheTag(format: "b")',
      ['Query.products'],
    ],
  ])('is another with %s', (_what, from, to, changed) => {
    expect(changedBy(from, to)).toEqual(changed);
  });

  it('is another with a member of a union that was within reach before: its lists purge the record too', () => {
    const wider = changedBy('union Found = Product | Page', 'union Found = Product | Page | Zone');
    expect(wider).toEqual(['Query.found']);
  });

  it('is another with an entity that comes to implement an interface with a key', () => {
    const keyed = changedBy('type Query {', 'type Shop implements Node @key(fields: "id") { id: ID! } type Query {');
    expect(keyed).toEqual(['Node', 'Query.node']);
  });

  it('tells one tag with a space from two tags', () => {
    const [one, two] = ['@cacheTag(format: "a b")', '@cacheTag(format: "a") @cacheTag(format: "b")'].map((tags) =>
      digestsOf(SDL.replace('@cacheTag(format: "products")', tags))('Query.products'),
    );
    expect(one).not.toBe(two);
  });

  it.each([
    ['the order of the fields of an input type', 'least: Int = 1 most: Int', 'most: Int least: Int = 1'],
    ['a description', 'enum Sort', '"how" enum Sort'],
    ['the order of the members of a union', 'Product | Page', 'Page | Product'],
    ['a field that is deprecated', 'title: String }\ntype Query', 'title: String @deprecated }\ntype Query'],
  ])('stays as it is with %s', (_what, from, to) => {
    expect(changedBy(from, to)).toEqual([]);
  });

  it('of a record says nothing of the fields of entities within, which are records of their own', () => {
    expect(changedBy('id: ID! title: String', 'id: ID! title: Int')).toEqual(['Brand', 'Node']);
  });
});
