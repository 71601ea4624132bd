// Reading a subgraph's answer: cut out of its text or parsed, it is the same; bad answers are found out either way.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEntityFetch, compileRootFetch } from '../../../gateway/execution/compiled-fetch.ts';
import type { OriginRequest } from '../../../gateway/execution/origin-request.ts';
import { type NoAnswer, type ReadAnswer, readAnswer } from '../../../gateway/execution/read-answer.ts';
import type { Naming } from '../../../gateway/execution/scan.ts';
import { scanAnswer } from '../../../gateway/execution/scan-answer.ts';
import { createEntityWants } from '../../../gateway/execution/want.ts';
import { prepareSupergraph, type Supergraph } from '../../../gateway/federation/supergraph.ts';
import { composedLocally } from '../../support/composed.ts';

const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  scalar Any
  type Query { a: Int b: String thing: Thing things: [[Thing]] any: Any node: Node }
  interface Node { id: ID! }
  type Thing implements Node @key(fields: "id") { id: ID! n: Int f: Float t: String on: Boolean tags: [String] grid: [[Int]] part: Part }
  type Other implements Node { id: ID! t: String }
  type Part { n: Int t: String }
`;
const SELECTED = '{ n f t on tags grid part { n t } }';
const ROOT = `{ a b thing ${SELECTED} things ${SELECTED} any node { __typename id ... on Thing { n } ... on Other { t } } }`;

let supergraph: Supergraph;
let root: OriginRequest;
let batch: OriginRequest;

beforeAll(async () => {
  const supergraphSdl = composedLocally([{ name: 's', typeDefs: SDL }]);
  supergraph = await prepareSupergraph(supergraphSdl, { authorization: 'refuse' });
  const facts = supergraph.facts.subgraphs.get('s');
  if (facts === undefined) throw new Error('expected facts of s');
  const rules = {
    isSubtype: supergraph.facts.isSubtype,
    isInline: () => false,
    isPrecise: () => false,
    shapeOf: () => '',
  };
  const rootFetch = compileRootFetch(
    { kind: 'root', subgraph: 's', operationKind: 'query', document: ROOT, path: [], outputRewrites: [] },
    facts,
    rules,
  ).variant('keyed');
  root = {
    body: '',
    batches: [],
    roots: rootFetch.roots.map(({ field, shape }) => ({
      kind: 'root',
      selection: rootFetch.selection,
      field,
      shape,
      targets: [],
      outers: [],
    })),
  };
  const document = `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing ${SELECTED} } }`;
  const group = { alias: '_entities', paths: [[]], requires: [], inputRewrites: [], outputRewrites: [] };
  const { groups } = compileEntityFetch(
    { kind: 'entities', subgraph: 's', document, groups: [group] },
    facts,
    rules,
  ).variant('plain');
  const wants = createEntityWants();
  for (const id of ['1', '2', '3']) {
    const representation = {
      typename: 'Thing',
      text: `{"id":"${id}"}`,
      keyText: `{"id":"${id}"}`,
      key: new Map(),
      inputsText: '',
    };
    const [first] = groups;
    if (first !== undefined) wants.addRepresentation(first.selection, representation, {} as never);
  }
  batch = { body: '', roots: [], batches: [{ alias: '_entities', wants: wants.list() }] };
  return () => supergraph.close();
});

/** The way of every text that does not begin with the data: white space before it keeps its meaning. */
const parsed = (text: string, request: OriginRequest, naming: Naming): ReadAnswer | NoAnswer =>
  readAnswer(` ${text}`, request, naming);

const scalars = {
  int: fc.option(
    fc.oneof(fc.integer(), fc.constantFrom(0, -1, 999_999_999_999_999, 1e15, 9e15, Number('12345678901234567890'))),
  ),
  float: fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 0.1, 1e21, 1e-7))),
  text: fc.option(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', 'é', '日本 🏯', '\u2028', '\n', ']}', '')),
  ),
};
const part = fc.option(fc.record({ n: scalars.int, t: scalars.text }));
/** In the order in which it is asked; the key comes last, under the name that is asked. */
const thing = fc.option(
  fc.record({
    n: scalars.int,
    f: scalars.float,
    t: scalars.text,
    on: fc.option(fc.boolean()),
    tags: fc.option(fc.array(scalars.text, { maxLength: 3 })),
    grid: fc.option(fc.array(fc.option(fc.array(scalars.int, { maxLength: 3 })), { maxLength: 3 })),
    part,
  }),
);
const keyed = thing.chain((value) =>
  fc
    .string({ unit: 'grapheme-ascii', maxLength: 4 })
    .map((id) => (value === null ? null : { ...value, _key_Thing_id: id })),
);
const node = fc.oneof(
  fc.constant(null),
  fc.record({ __typename: fc.constant('Thing'), id: fc.string(), n: scalars.int }),
  fc.record({ __typename: fc.constant('Other'), id: fc.string(), t: scalars.text }),
  fc.record({ __typename: fc.constant('Unknown'), id: fc.string() }),
);
const rootData = fc.record({
  a: scalars.int,
  b: scalars.text,
  thing: keyed,
  things: fc.option(fc.array(fc.option(fc.array(keyed, { maxLength: 2 })), { maxLength: 2 })),
  any: fc.oneof(scalars.text, scalars.float, fc.constant({ x: [1, '\\'] }), fc.constant([{ y: 1.5 }])),
  node,
});
const batchData = fc.record({
  _entities: fc.oneof(
    { arbitrary: fc.array(thing, { minLength: 3, maxLength: 3 }), weight: 4 },
    fc.array(thing, { maxLength: 4 }),
  ),
});
const beside = fc.constantFrom(
  {},
  { extensions: { a: 1 } },
  { errors: [{ message: 'm', path: ['thing', 't'], extensions: { code: 'C' } }] },
  { errors: null },
  { errors: {} },
);

/** Ways to write JSON that mean the same, and some that mean nothing. */
const rewrites = fc.constantFrom<((text: string) => string)[]>(
  (text) => text,
  (text) => `${text}\n`,
  (text) => JSON.stringify(JSON.parse(text), null, 2),
  (text) => text.replace(':', ' :'),
  (text) => text.replaceAll('"n":1', '"n":1.0').replaceAll('"n":0', '"n":-0'),
  (text) => text.replaceAll('e', '\\u0065'),
  (text) => text.replace('"a":', '"z":'),
  (text) => text.replace('"t":', '"t":1,"t":'),
  (text) => text.replace('"n":', '"n":0'),
  (text) => text.replace('"n":', '"n":-'),
  (text) => text.replace('"on":true', '"on":tru'),
  (text) => text.replace(':"', ':"\u0001'),
  (text) => text.replace(/}(?=[,\]])/, ''),
  (text) => text.replace(/}$/, ',"data":{}}'),
  (text) => text.replace('null', '{}'),
  (text) => text.replace('[', '{'),
  (text) => text.replace(']', ',]'),
  (text) => text.replace('\\', '\\q'),
);
const cut = fc.option(fc.nat(400), { nil: null, freq: 1 });

describe("a subgraph's answer", () => {
  it.each<[string, () => OriginRequest, fc.Arbitrary<object>, Naming]>([
    ['root fields', () => root, rootData, 'response'],
    ['root fields', () => root, rootData, 'plan'],
    ['entities', () => batch, batchData, 'response'],
    ['entities', () => batch, batchData, 'plan'],
  ])('means the same cut out of its text as parsed: %s (%#)', (_name, request, arbitrary, naming) => {
    let cutCount = 0;
    let otherCount = 0;
    fc.assert(
      fc.property(arbitrary, beside, rewrites, cut, (data, more, rewrite, length) => {
        const whole = rewrite(JSON.stringify({ data, ...more }));
        const text = length === null ? whole : whole.slice(0, length);
        const read = readAnswer(text, request(), naming);
        expect(read).toEqual(parsed(text, request(), naming));
        if (scanAnswer(text, request(), naming) === null) otherCount += 1;
        else cutCount += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(cutCount, otherCount)).toBeGreaterThan(100);
  });

  it('keeps every leaf as JSON.stringify writes it', () => {
    const text =
      '{"data":{"_entities":[{"n":1.0,"f":1E2,"t":"\\u0041\\/","on":true,"tags":["a","\\n"],"grid":[[1,null],null],"part":null},null,{"n":-0,"f":0.10,"t":"é","on":false,"tags":[],"grid":[],"part":{"n":12345678901234567890,"t":null}}]}}';
    const read = readAnswer(text, batch, 'plan');
    if (!('data' in read)) throw new Error('expected an answer');
    expect(scanAnswer(text, batch, 'plan')).not.toBeNull();
    expect(read.data).toEqual({
      _entities: [
        { n: '1', f: '100', t: '"A/"', on: 'true', tags: ['"a"', '"\\n"'], grid: [['1', null], null], part: null },
        null,
        { n: '0', f: '0.1', t: '"é"', on: 'false', tags: [], grid: [], part: { n: '12345678901234567000', t: null } },
      ],
    });
  });

  it('that is none is told by what was expected', () => {
    const expectedOf = (text: string): unknown => readAnswer(text, root, 'plan');
    expect(expectedOf('<html>')).toEqual({ expected: 'JSON' });
    expect(expectedOf('{"data":{"a":1')).toEqual({ expected: 'JSON' });
    expect(expectedOf('[]')).toEqual({ expected: 'a JSON object' });
    expect(expectedOf('{"data":[]}')).toEqual({ expected: 'an object under "data"' });
    expect(expectedOf('{"data":{},"errors":{}}')).toEqual({ expected: 'a list under "errors"' });
    expect(expectedOf('{}')).toEqual({ expected: '"data" or "errors"' });
  });

  it('that is JSON but for one character is none', () => {
    for (const text of [
      '{"data":{"_entities":[]},}',
      '{"data":{"_entities":[]}"errors":[]}',
      '{"data":{"_entities":[]}}}',
    ])
      expect(readAnswer(text, { ...batch, batches: [{ alias: '_entities', wants: [] }] }, 'plan'), text).toEqual({
        expected: 'JSON',
      });
  });

  it('that is nested deeper than anything could be told ends nothing', () => {
    const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    const refused = { expected: 'an answer that is nested less deep' };
    expect(readAnswer(`{"data":{"things":${deep(50_000)}}}`, root, 'response')).toEqual(refused);
    expect(readAnswer(`{"data":{"thing":${deep(50_000)}}}`, root, 'plan')).toEqual(refused);
    expect(readAnswer(`{"data":{"any":${deep(50_000)}}}`, root, 'response')).toEqual(refused);
    const error = `{"message":"m","extensions":{"x":${deep(50_000)}}}`;
    expect(readAnswer(`{"data":null,"errors":[${error}]}`, root, 'response')).toEqual(refused);
  });

  it('takes no field from where no field stands', () => {
    const read = readAnswer('{"data":{"thing":{}}}', root, 'response');
    if (!('data' in read) || read.data === null) throw new Error('expected an answer');
    expect(Object.keys(read.data)).toEqual(['thing']);
    expect(Object.keys(read.data.thing ?? {})).toEqual([]);
  });
});
