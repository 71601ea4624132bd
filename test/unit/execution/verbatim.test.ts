// Values that are passed on as the subgraph wrote them: which may be, and which texts are.

import { type FieldNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileOperation, type OperationVariant } from '../../../gateway/execution/compile-operation.ts';
import { createKeptVariants } from '../../../gateway/execution/kept-variants.ts';
import type { OriginRequest } from '../../../gateway/execution/origin-request.ts';
import { createOutSelection } from '../../../gateway/execution/output-selection.ts';
import { readAnswer } from '../../../gateway/execution/read-answer.ts';
import { scanAnswer } from '../../../gateway/execution/scan-answer.ts';
import { type TreeValue, VerbatimText } from '../../../gateway/execution/tree.ts';
import { findVerbatim, type VerbatimFields } from '../../../gateway/execution/verbatim.ts';
import type { PlanNode, Rewrite, RewriteStep } from '../../../gateway/federation/plan.ts';
import { prepareSupergraph, type Supergraph } from '../../../gateway/federation/supergraph.ts';
import { composedLocally } from '../../support/composed.ts';
import { rootFetch } from '../federation/root-fetch.ts';
import { subgraph } from './subgraph.ts';

let supergraph: Supergraph;

beforeAll(async () => {
  const sdl = composedLocally([
    subgraph(
      'pages',
      `type Query { page: Page media: Media book: Book }
       type Page @key(fields: "id") { id: ID! title: String head: Head size: Size! @shareable box: Box author: Author media: Media grid: [[Head!]] }
       type Head { text: String! words: Int kind: Kind when: When on: Boolean rate: Float tags: [String!] inner: Head at(n: Int): Head }
       type Size { w: Int }
       type Box { w: Int! h: Int }
       type Author @key(fields: "id") { id: ID! }
       interface Media { name: String head: Head }
       type Book implements Media { name: String head: Head }
       type Film implements Media { name: String head: Head }
       enum Kind { A B }
       scalar When`,
    ),
    subgraph(
      'prices',
      `type Page @key(fields: "id") { id: ID! box: Box @external price: Float @requires(fields: "box { w }") offer: Offer size: Size! @shareable }
       type Size { d: Int }
       type Box { w: Int! @external }
       type Offer { cost: Float! seller: Author }
       type Author @key(fields: "id") { id: ID! rank: Int }`,
    ),
    subgraph('names', 'type Author @key(fields: "id") { id: ID! name: String }'),
  ]);
  supergraph = await prepareSupergraph(sdl, { authorization: 'refuse' });
});
afterAll(() => supergraph?.close());

async function compiled(query: string): Promise<OperationVariant> {
  const rules = {
    isSubtype: supergraph.facts.isSubtype,
    isInline: () => false,
    isPrecise: () => false,
    shapeOf: () => '',
  };
  const operation = await compileOperation(
    parse(query),
    null,
    supergraph,
    rules,
    createKeptVariants<OperationVariant>(1_000_000).forOne(),
  );
  return operation.variant({});
}

/** Names of the fields whose values stay text. */
const verbatim = async (query: string): Promise<readonly string[]> =>
  [...(await compiled(query)).verbatim().keys()].map(({ name }) => name);

describe('a value is passed on whole', () => {
  it.each([
    ['when all of it comes from one subgraph', '{ page { price head { text inner { words } } } }', ['head']],
    ['under whatever name its field has', '{ page { price a: head { text } b: head { words } } }', ['head', 'head']],
    ['asked for in two places', '{ page { price head { text } head { words } } }', ['head']],
    ['as the whole of a root field, when nothing else is asked', '{ page { head { text } } }', ['page']],
    ['in lists of lists', '{ page { price grid { text } } }', ['grid']],
    ['with the name of its type in it', '{ page { price head { __typename text } } }', ['head']],
    ['beside what another subgraph adds to', '{ page { head { text } author { name } } }', ['head']],
    [
      'below an object that another subgraph adds to',
      '{ page { offer { cost } author { id } head { text } } }',
      ['offer', 'author', 'head'],
    ],
  ])('%s', async (_name, query, expected) => {
    expect((await verbatim(query)).toSorted()).toEqual(expected.toSorted());
  });
});

describe('a value is taken apart', () => {
  it.each([
    ['when another subgraph adds to it', '{ page { price author { id name } } }'],
    ['when one subgraph knows a part of it, and another the rest', '{ page { size { w d } } }'],
    ['when another subgraph adds to something in it', '{ page { price offer { cost seller { id name } } } }'],
    ['when a fetch needs something of it', '{ page { price box { w } } }'],
    ['when something in it has another name for the client', '{ page { price head { words: text } } }'],
    [
      'when something in it has arguments, and so a name of its own',
      '{ page { price head { at(n: 1) { words: text } } } }',
    ],
    ['when only the data tells its type', '{ media { name } }'],
    ['below an object of which only the data tells the type', '{ media { name head { text } } }'],
  ])('%s', async (_name, query) => {
    expect(await verbatim(query)).toEqual([]);
  });
});

describe('the text of a value', () => {
  const FIELDS = 'text words kind when on rate tags inner { text }';
  const rest = '"words":1,"kind":"A","when":"x","on":true,"rate":1.5,"tags":["a"],"inner":null';

  async function asked(): Promise<{ readonly request: OriginRequest; readonly found: VerbatimFields }> {
    const { plan, fetches, verbatim: found } = await compiled(`{ page { head { ${FIELDS} } } }`);
    if (plan?.kind !== 'root') throw new Error('expected one fetch');
    const { roots, selection } = fetches.root(plan).variant('plain');
    const request = {
      body: '',
      batches: [],
      roots: roots.map(({ field, shape }) => ({
        kind: 'root' as const,
        selection,
        field,
        shape,
        targets: [],
        outers: [] as const,
      })),
    };
    return { request, found: found() };
  }

  const answerOf = (head: string, beside = ''): string => `{"data":{"page":{"head":${head}}}${beside}}`;

  async function read(head: string, beside?: string): Promise<TreeValue | undefined> {
    const { request, found } = await asked();
    const answer = readAnswer(answerOf(head, beside), request, 'plan', found);
    if (!('data' in answer)) throw new Error(`expected an answer, got ${JSON.stringify(answer)}`);
    return answer.data?.page;
  }

  it.each([
    ['plain', `{"text":"a",${rest}}`],
    ['escaped as JSON.stringify does', `{"text":"a\\n\\"\\\\",${rest}}`],
    ['not ASCII', `{"text":"最高 👍",${rest}}`],
    [
      'null where null may be',
      '{"text":"a","words":null,"kind":null,"when":null,"on":null,"rate":null,"tags":null,"inner":null}',
    ],
    ['nested', `{"text":"a",${rest.replace('null', '{"text":"b"}')}}`],
    ['null itself, in its parent', 'null'],
  ])('that is %s is kept', async (_name, head) => {
    expect(await read(head)).toEqual(new VerbatimText(`{"head":${head}}`));
  });

  it.each([
    ['null where none may be', `{"text":null,${rest}}`],
    ['null in a list of what may not be null', `{"text":"a",${rest.replace('["a"]', '["a",null]')}}`],
    ['of another kind than its type', `{"text":1,${rest}}`],
    ['no whole number', `{"text":"a",${rest.replace('1,', '1.5,')}}`],
    ['no value of the enum', `{"text":"a",${rest.replace('"A"', '"C"')}}`],
    ['an object in place of a scalar', `{"text":"a",${rest.replace('"x"', '{"a":1}')}}`],
    ['a list in place of an object', `{"text":"a",${rest.replace('null', '[]')}}`],
    ['escaped in another way', `{"text":"\\u0041",${rest}}`],
    ['a number in another way', `{"text":"a",${rest.replace('1.5', '1.50')}}`],
    ['in another order', `{"words":1,"text":"a",${rest.slice('"words":1,'.length)}}`],
    ['with white space', `{"text": "a",${rest}}`],
  ])('that is %s is taken apart', async (_name, head) => {
    const page = await read(head);
    expect(page).not.toBeInstanceOf(VerbatimText);
    expect(page).toBeTruthy();
  });

  it('is taken apart where the subgraph tells errors, which lead into it', async () => {
    const head = `{"text":"a",${rest}}`;
    expect(await read(head, ',"errors":[{"message":"m","path":["page","head","inner"]}]')).not.toBeInstanceOf(
      VerbatimText,
    );
    expect(await read(head, ',"extensions":{"a":1}')).toBeInstanceOf(VerbatimText);
  });

  it('is cut anew after it turned out, behind what is escaped in it, not to be as it had to be', async () => {
    const { request, found } = await asked();
    const text = answerOf(`{"text":"a\\"b",${rest.replace('null', '{"text":1}')}}`);
    const scanned = scanAnswer(text, request, 'plan', found);
    expect(JSON.parse(JSON.stringify(scanned?.data))).toMatchObject({
      page: { head: { text: '"a\\"b"', inner: { text: '1' } } },
    });
  });
});

describe('whatever a planner plans', () => {
  const root = (document: string, outputRewrites?: readonly Rewrite[]): PlanNode =>
    rootFetch('pages', document, outputRewrites);
  const ofPage = (selection: string, { at = ['page'], outputRewrites = [] as readonly Rewrite[] } = {}): PlanNode => ({
    kind: 'entities',
    subgraph: 'pages',
    document: `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Page ${selection} } }`,
    groups: [
      {
        alias: '_entities',
        paths: at.map((name) => [{ kind: 'field', name }]),
        requires: [],
        inputRewrites: [],
        outputRewrites,
      },
    ],
  });
  const rename = (from: string, to: string): Rewrite => ({
    kind: 'rename',
    path: ['page', 'head', from].map((name): RewriteStep => ({ kind: 'key', name })),
    to,
  });
  const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'sequence', nodes });

  /** @param planNameOf the name of a field in the data that steps share */
  async function verbatimWith(
    node: PlanNode,
    query: string,
    planNameOf = ({ alias, name }: FieldNode) => (alias ?? name).value,
  ): Promise<readonly string[]> {
    const { fetches } = await compiled(query);
    const { apiSchema: schema } = supergraph;
    const [operation] = parse(query).definitions;
    const type = schema.getQueryType();
    if (operation?.kind !== 'OperationDefinition' || !type) throw new Error('expected a query');
    const spec = { schema, fragments: new Map(), variables: {}, planNameOf };
    const output = createOutSelection(type, [operation.selectionSet], spec);
    return [...findVerbatim(node, fetches, output).keys()].map(({ name }) => name);
  }

  it.each([
    [
      'what two fetches bring, though one brings all of it',
      sequence(root('{ page { id head { text words } } }'), ofPage('{ head { __typename } }')),
    ],
    ['what holds more than the client sees', root('{ page { head { text words kind } } }')],
    ['what holds less than the client sees', root('{ page { head { text } } }')],
    ['what stands in another order', root('{ page { head { words text } } }')],
    [
      'what stands under another name in the answer',
      root('{ page { head { other: text words } } }', [rename('other', 'text')]),
    ],
    [
      'what goes elsewhere, under a name that the client sees',
      root('{ page { head { text words } } }', [rename('text', 'words'), rename('words', 'text')]),
    ],
    [
      'what stands beside what only the data tells',
      sequence(
        root('{ page { id head { text words } } }'),
        ofPage('{ box { w } }', { outputRewrites: [rename('a', 'b')] }),
      ),
    ],
  ])('%s is taken apart', async (_name, node) => {
    const query = '{ page { head { text words } box { w } } }';
    expect(await verbatimWith(sequence(root('{ page { id head { text words } } }')), query)).toEqual(['head']);
    expect(await verbatimWith(node, query)).toEqual([]);
  });

  it('what the client sees whole at one place and less of at another is taken apart', async () => {
    const query = '{ a: page { price head { text words } } b: page { price head { text } } }';
    const nodes = [root('{ a: page { id } b: page { id } }'), ofPage('{ head { text words } }', { at: ['a', 'b'] })];
    expect(await verbatimWith(sequence(...nodes), query)).toEqual([]);
    const same = query.replace('head { text }', 'head { text words }');
    expect(await verbatimWith(sequence(...nodes), same)).toEqual(['head']);
  });

  it('what the client sees in two ways is taken apart', async () => {
    const query = '{ page { x: head { text } y: head { text words } box { w } } }';
    const node = root('{ page { id head { text words } box { w } } }');
    expect(await verbatimWith(node, query, ({ name }) => name.value)).toEqual(['box']);
  });
});
