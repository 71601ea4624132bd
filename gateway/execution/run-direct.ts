// Runs an operation straight from the subgraphs' bytes to the client's.

import { isUtf8 } from 'node:buffer';
import { CLOSING_BRACE, CLOSING_BRACKET, COMMA, OPENING_BRACKET } from '../cache/json-steps.ts';
import { bytesOfByteText, toByteText } from './byte-text.ts';
import type { VariableValues } from './canonical-name.ts';
import {
  type DirectEntityFetch,
  type DirectGroup,
  type DirectNode,
  type DirectOperation,
  type DirectRootFetch,
  type GroupPlace,
  NotDirect,
} from './direct-operation.ts';
import type { RequestScope } from './executor.ts';
import { NULL, startsNull } from './pass-bytes.ts';
import {
  beginReading,
  DirectObject,
  endReading,
  type Reading,
  readObject,
  type Slots,
  step,
  stepOver,
} from './read-direct.ts';
import { type RequestText, representationLists, requestText, rootText, variableTexts } from './request-text.ts';
import type { SubgraphScope } from './run.ts';
import type { SubgraphAnswer, SubgraphClient } from './subgraph-client.ts';
import type { Waits } from './waits.ts';
import type { Written } from './write-answer.ts';
import { writeDirect } from './write-direct.ts';

export interface DirectRun {
  readonly client: SubgraphClient;
  readonly request: RequestScope;
  readonly waits: Waits;
  /** As the client sent them. */
  readonly variables: VariableValues;
  scope(subgraph: string): SubgraphScope;
}

/** @returns `data` as text of bytes. @throws {NotDirect} (by the promise) when an answer or the data is not what is expected; others may be under way then */
export async function runDirect({ node, root, positionCount }: DirectOperation, run: DirectRun): Promise<Written> {
  const rootObject = new DirectObject(new Array(root.slotCount).fill(undefined));
  const found: Reading['found'] = Array.from({ length: positionCount }, () => []);
  found[root.index]?.push(rootObject);
  let isOver = false;
  try {
    await runNode(node, rootObject.slots, { run, found, hasFailed: () => isOver });
  } catch (error) {
    isOver = true;
    throw error;
  }
  return writeDirect(rootObject.slots, root);
}

interface Running {
  readonly run: DirectRun;
  readonly found: Reading['found'];
  /** Another branch has: nothing more is asked. */
  hasFailed(): boolean;
}

async function runNode(node: DirectNode, root: Slots, running: Running): Promise<void> {
  switch (node.kind) {
    case 'sequence':
      for (const child of node.nodes) await runNode(child, root, running);
      return;
    case 'parallel':
      await Promise.all(node.nodes.map((child) => runNode(child, root, running)));
      return;
    case 'root':
      return runRoot(node, root, running);
    case 'entities':
      return runEntities(node, running);
  }
}

async function runRoot(fetch: DirectRootFetch, root: Slots, running: Running): Promise<void> {
  const text = textOf(fetch, ALL, () => requestText(fetch.roots.map(rootText), [], 'query', fetch.document));
  const reading = await ask(fetch.subgraph, text, [], running);
  readObject(reading, fetch.reader, root, fetch.base);
  endReading(reading);
}

/** The entities that one group misses, each once, in the order in which they were met. */
interface Wanted {
  readonly entities: readonly Entity[];
  /** Their representations, JSON in text of bytes, with commas between. */
  readonly list: string;
}

/** The object that its fields are read into, and those that they are copied to. */
interface Entity extends Target {
  others: Target[] | null;
}

interface Target {
  readonly slots: Slots;
  readonly base: number;
}

async function runEntities(fetch: DirectEntityFetch, running: Running): Promise<void> {
  const wanted = fetch.groups.map((group) => wantedOf(group, running.found));
  const asked = fetch.groups.flatMap((group, index) => {
    const { entities, list } = wanted[index]!;
    return entities.length === 0 ? [] : [{ group, entities, list, index }];
  });
  if (asked.length === 0) return;
  const aliasOf = (place: number): string => (asked.length === 1 ? '_entities' : `_e${place}`);
  const text = textOf(fetch, asked.map(({ index }) => index).join(), () => {
    const batches = asked.map(({ group }, place) => ({ alias: aliasOf(place), ...group.asked }));
    return requestText([], batches, 'query', fetch.document);
  });
  const lists = asked.map(({ list }) => list);
  const reading = await ask(fetch.subgraph, text, lists, running);
  for (const [place, { group, entities }] of asked.entries()) {
    stepOver(reading, Buffer.from(`${place === 0 ? '{' : ','}"${aliasOf(place)}":`));
    readEntities(reading, entities, group);
  }
  step(reading, CLOSING_BRACE);
  endReading(reading);
}

function wantedOf({ places, typename }: DirectGroup, found: Reading['found']): Wanted {
  const entities: Entity[] = [];
  const known = new Map<string, Entity>();
  let list = '';
  for (const { position, base, representation } of places) {
    for (const { slots } of found[position.index] ?? []) {
      const inputs = inputsOf(slots, representation);
      if (inputs === null) continue;
      const before = known.get(inputs);
      if (before !== undefined) {
        before.others ??= [];
        before.others.push({ slots, base });
        continue;
      }
      const entity: Entity = { slots, base, others: null };
      known.set(inputs, entity);
      entities.push(entity);
      list += `${list === '' ? '' : ','}{"__typename":"${typename}"`;
      for (const { keyText, slot } of representation) list += `,${keyText}${slots[slot]}`;
      list += '}';
    }
  }
  return { entities, list };
}

/** Tells entities of one group apart. Null: an input was not brought; who is asked for it has told why. */
function inputsOf(slots: Slots, parts: GroupPlace['representation']): string | null {
  let inputs = '';
  for (let index = 0; index < parts.length; index += 1) {
    const value = slots[parts[index]!.slot];
    if (typeof value !== 'string') return null;
    inputs = index === 0 ? value : `${inputs},${value}`;
  }
  return inputs;
}

function readEntities(reading: Reading, entities: readonly Entity[], { reader }: DirectGroup): void {
  step(reading, OPENING_BRACKET);
  for (let index = 0; index < entities.length; index += 1) {
    if (index > 0) step(reading, COMMA);
    const { slots, base, others } = entities[index]!;
    // Not found: none of its fields was brought.
    if (startsNull(reading.bytes, reading.at)) stepOver(reading, NULL);
    else readObject(reading, reader, slots, base);
    for (const other of others ?? []) {
      for (let slot = 0; slot < reader.slotCount; slot += 1) other.slots[other.base + slot] = slots[base + slot];
    }
  }
  step(reading, CLOSING_BRACKET);
}

/** @param lists of each `_entities`, its representations. @throws {NotDirect} where there is no answer, or one that is no UTF-8 */
async function ask(
  subgraph: string,
  text: RequestText,
  lists: readonly string[],
  { run, found, hasFailed }: Running,
): Promise<Reading> {
  if (hasFailed() || run.request.hasGone) throw new NotDirect('no answer');
  const values = [...representationLists(text, lists), ...variableTexts(text, run.variables).map(toByteText)];
  const body = bytesOfByteText(`${text.head}${values.join(',')}}}`);
  // The steps of other operations tell why it is not asked.
  if (run.waits.take(subgraph) !== 'taken') throw new NotDirect('no answer');
  let answer: SubgraphAnswer;
  try {
    answer = await run.client.send(subgraph, body, run.scope(subgraph).headers, run.request.signal);
  } finally {
    run.waits.leave(subgraph);
  }
  if (answer.kind !== 'answer') throw new NotDirect('no answer');
  if (!isUtf8(answer.body)) throw new NotDirect();
  return beginReading(answer.body, answer.body.toString('latin1'), found);
}

/** All that the fetch asks for. */
const ALL = '';

const texts = new WeakMap<DirectRootFetch | DirectEntityFetch, Map<string, RequestText>>();

/** Choices of one fetch. Of n groups there are 2^n, and the client's variables decide which comes. */
const MOST_TEXTS = 64;

/** Written once for each choice of groups that have something to ask, as long as there are few. Its head is text of bytes. */
function textOf(fetch: DirectRootFetch | DirectEntityFetch, choice: string, write: () => RequestText): RequestText {
  let known = texts.get(fetch);
  if (known === undefined) {
    known = new Map();
    texts.set(fetch, known);
  }
  let text = known.get(choice);
  if (text === undefined) {
    const written = write();
    text = { ...written, head: toByteText(written.head) };
    if (known.size < MOST_TEXTS) known.set(choice, text);
  }
  return text;
}
