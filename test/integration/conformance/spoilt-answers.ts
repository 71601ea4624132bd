// The ways in which a subgraph's answer can be wrong.

import type { Spoil } from './http-graph.ts';

export interface Fault {
  readonly name: string;
  readonly spoil: Spoil;
}

type Json = Record<string, unknown>;

const raw =
  (body: string, headers: Readonly<Record<string, string>> = {}, status = 200): Spoil =>
  (response) => {
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(body);
  };
const json = (body: unknown): Spoil => raw(JSON.stringify(body));
const HTML = { 'content-type': 'text/html' };

/** Told by Apollo in other words, some of which hold addresses. */
export const TRANSPORT_FAULTS: readonly Fault[] = [
  { name: 'status 500 and a page', spoil: raw('<h1>Oh no</h1>', HTML, 500) },
  { name: 'status 500 and a list of errors', spoil: raw('{"errors":[{"message":"no"}]}', {}, 500) },
  { name: 'status 500 and data', spoil: (response, healthy) => void raw(healthy, {}, 500)(response, healthy) },
  { name: 'status 401', spoil: raw('{}', {}, 401) },
  { name: 'status 404', spoil: raw('', {}, 404) },
  { name: 'status 503', spoil: raw('busy', { 'retry-after': '1' }, 503) },
  { name: 'a page', spoil: raw('<h1>Hello</h1>', HTML) },
  { name: 'nothing', spoil: raw('') },
  { name: 'half of it', spoil: (response, healthy) => void response.end(healthy.slice(0, healthy.length / 2)) },
  { name: 'a cut connection', spoil: (response) => void response.destroy() },
  {
    name: 'a connection that is cut within the body',
    spoil: (response, healthy) => {
      response.setHeader('content-length', String(Buffer.byteLength(healthy)));
      response.write(healthy.slice(0, 10), () => response.destroy());
    },
  },
  { name: 'null', spoil: json(null) },
  { name: 'a number', spoil: json(5) },
  { name: 'a text', spoil: json('data') },
  { name: 'data that is empty', spoil: json({ data: {} }) },
];

export const ENVELOPE_FAULTS: readonly Fault[] = [
  { name: 'data that is null and errors', spoil: json({ data: null, errors: [{ message: 'no' }] }) },
  { name: 'errors alone', spoil: json({ errors: [{ message: 'no', extensions: { code: 'MY_CODE', more: [1] } }] }) },
  { name: 'several errors alone', spoil: json({ errors: [{ message: 'one' }, { message: 'two' }] }) },
  { name: 'an error without a message', spoil: json({ data: null, errors: [{}] }) },
  { name: 'an empty list of errors', spoil: changed((body) => ({ ...body, errors: [] })) },
  { name: 'errors that are null', spoil: changed((body) => ({ ...body, errors: null })) },
  { name: 'data and an error without a path', spoil: changed((body) => ({ ...body, errors: [{ message: 'also' }] })) },
  { name: 'keys that nobody asked for', spoil: changed((body) => widened(body)) },
  { name: 'keys that stand twice', spoil: (response, healthy) => void response.end(doubled(healthy)) },
];

/** No GraphQL: here an error says so, while Apollo's gateway gives nulls as if they were the answer. */
export const SILENT_FAULTS: readonly Fault[] = [
  { name: 'data that is null', spoil: json({ data: null }) },
  { name: 'no data and no errors', spoil: json({}) },
];

/** Such a path is told as it is; whose it is cannot be known. */
export const STRAY_FAULTS: readonly Fault[] = [
  {
    name: 'data and an error whose path leads nowhere',
    spoil: changed((body) => ({ ...body, errors: [{ message: 'lost', path: ['nowhere', 7, 'x'] }] })),
  },
  {
    name: 'data and an error about an entity that is not there',
    spoil: changed((body) => ({ ...body, errors: [{ message: 'lost', path: ['_entities', 99, 'x'] }] })),
  },
];

const entities = (change: (list: readonly unknown[]) => unknown): Spoil =>
  changed((body) => ({ ...body, data: mapEntities(body.data as Json, change) }));

export const ABSENT_ENTITIES: readonly Fault[] = [
  { name: 'nulls for entities', spoil: entities((list) => list.map(() => null)) },
];

export const ENTITY_FAULTS: readonly Fault[] = [
  { name: 'one entity less', spoil: entities((list) => list.slice(1)) },
  { name: 'one entity more', spoil: entities((list) => [...list, null]) },
  { name: 'no list of entities', spoil: entities(() => null) },
  { name: 'an object for the list of entities', spoil: entities((list) => ({ ...list })) },
  { name: 'empty objects for entities', spoil: entities((list) => list.map(() => ({}))) },
  {
    name: 'another type for entities',
    spoil: entities((list) => list.map((item) => ({ ...(item as Json), __typename: 'Stock' }))),
  },
];

/** By the schema they may be: they are answers like others, and kept. */
export const STRANGE_VALUES: readonly Fault[] = [
  leaves('price', null),
  leaves('name', null),
  ...[[null], [], null].map((value) => leaves('tags', value)),
  ...['kind', 'size', 'stock', 'related'].map((name) => leaves(name, null)),
  ...[[], [null]].map((value) => leaves('related', value)),
];

export const WRONG_VALUES: readonly Fault[] = [
  ...['5', true, {}, [], [1]].map((value) => leaves('price', value)),
  ...[5, {}, true].map((value) => leaves('name', value)),
  ...[null, true, {}].map((value) => leaves('id', value)),
  ...[[1], [['a']]].map((value) => leaves('tags', value)),
  ...['C', 1].map((value) => leaves('kind', value)),
  ...[1.5, '1'].map((value) => leaves('count', value)),
  leaves('must', null),
  ...['size', 'stock'].map((name) => leaves(name, {})),
];

/** Apollo's gateway ends the whole request there; here they are nulls that are told, and their siblings survive. */
export const WRONG_SHAPES: readonly (Fault & { readonly instead: Fault })[] = [
  ...['x', 5, ['x'], [{}]].map((value) => ({ ...leaves('size', value), instead: leaves('size', null) })),
  ...['x', {}].map((value) => ({ ...leaves('tags', value), instead: leaves('tags', null) })),
  ...['x', {}].map((value) => ({ ...leaves('related', value), instead: leaves('related', null) })),
  ...[[5], ['x']].map((value) => ({ ...leaves('related', value), instead: leaves('related', [null]) })),
];

function leaves(name: string, value: unknown): Fault {
  return {
    name: `${JSON.stringify(value)} for ${name}`,
    spoil: changed((body) => replaced(body, name, value) as Json),
  };
}

function changed(change: (body: Json) => Json): Spoil {
  return (response, healthy) => void response.end(JSON.stringify(change(JSON.parse(healthy))));
}

function mapEntities(data: Json, change: (list: readonly unknown[]) => unknown): Json {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      name.startsWith('_e') ? change(value as readonly unknown[]) : value,
    ]),
  );
}

function replaced(value: unknown, name: string, by: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, name, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === name ? by : replaced(item, name, by)]),
  );
}

function widened(value: unknown): Json {
  const widen = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(widen);
    if (typeof item !== 'object' || item === null) return item;
    const below = Object.entries(item).map(([key, each]) => [key, widen(each)]);
    return { ...Object.fromEntries(below), zebra: 1, must: item && 'must' in item ? item.must : 77 };
  };
  return widen(value) as Json;
}

/** Of two equal keys the last one counts. */
const doubled = (text: string): string => text.replaceAll(/"name":("[^"]*"|null)/g, '"name":"first","name":$1');
