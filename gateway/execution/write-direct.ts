// Writes the client's answer out of the slots of objects: texts as the subgraphs wrote them, one after the other.
//
// Nulls where none may be, as in write-answer.ts: what was read is checked already, so that only what was not brought is null.

import type { AnswerError } from './answer.ts';
import type { Position, Source } from './direct-operation.ts';
import type { OutField, TypePlan } from './output-selection.ts';
import type { DirectObject, Nested, Objects, Slots } from './read-direct.ts';
import type { Written } from './write-answer.ts';

/** @returns text of bytes */
export function writeDirect(slots: Slots, root: Position): Written {
  const writing: Writing = { path: [], errors: [] };
  return { text: writeObject(slots, root, writing) ?? 'null', errors: writing.errors };
}

interface Writing {
  readonly path: (string | number)[];
  readonly errors: AnswerError[];
}

/** @returns undefined when a null in it must take the whole object with it */
function writeObject(slots: Slots, position: Position, writing: Writing): string | undefined {
  const { shown, sources, typename } = position;
  let text = '';
  let index = 0;
  while (index < shown.length) {
    const field = shown[index]!;
    const source = sources[index];
    const written =
      source === undefined ? `${field.keyText}"${typename}"` : writeSource(slots, source, index, position, writing);
    if (written === undefined) return undefined;
    text += index === 0 ? written : `,${written}`;
    index += source?.kind === 'run' ? source.count : 1;
  }
  return `{${text}}`;
}

function writeSource(
  slots: Slots,
  source: Source,
  index: number,
  position: Position,
  writing: Writing,
): string | undefined {
  const held = slots[source.slot];
  if (held === undefined) return writeMissing(source, index, position, writing);
  if (typeof held === 'string') return source.kind === 'run' ? held : position.shown[index]!.keyText + held;
  return source.kind === 'objects' ? writeObjects(held, source, position.shown[index]!, writing) : undefined;
}

/** Fields that were not brought are null. */
function writeMissing(
  source: Source,
  from: number,
  { shown, typename }: Position,
  writing: Writing,
): string | undefined {
  const to = from + (source.kind === 'run' ? source.count : 1);
  const texts: string[] = [];
  for (const field of shown.slice(from, to)) {
    if (field.kind === 'typename') texts.push(`${field.keyText}"${typename}"`);
    else if (!field.type.isNonNull) texts.push(`${field.keyText}null`);
    else {
      const message = `Cannot return null for non-nullable ${field.place}.`;
      writing.errors.push({
        message,
        path: [...writing.path, field.responseName],
        extensions: { code: 'INVALID_GRAPHQL' },
      });
      return undefined;
    }
  }
  return texts.join();
}

/** Written once, wherever it stands; where something is missing in it, at each place: the errors say where. */
function writeObjects(
  held: Objects,
  { type, position }: Extract<Source, { kind: 'objects' }>,
  field: OutField,
  writing: Writing,
): string | undefined {
  if (held.text !== null) return held.text;
  const errorCount = writing.errors.length;
  writing.path.push(field.responseName);
  const value = writeNested(held.value, type, position, writing);
  writing.path.pop();
  if (value === undefined) return undefined;
  const text = field.keyText + value;
  if (writing.errors.length === errorCount) held.text = text;
  return text;
}

/** @returns undefined when the value is null and may not be */
function writeNested(value: Nested, type: TypePlan, position: Position, writing: Writing): string | undefined {
  if (value === null) return 'null';
  const text =
    type.item === null
      ? writeObject((value as DirectObject).slots, position, writing)
      : writeItems(value as readonly Nested[], type.item, position, writing);
  return text ?? (type.isNonNull ? undefined : 'null');
}

function writeItems(
  items: readonly Nested[],
  type: TypePlan,
  position: Position,
  writing: Writing,
): string | undefined {
  let text = '';
  let isNulled = false;
  for (let index = 0; index < items.length; index += 1) {
    writing.path.push(index);
    const item = writeNested(items[index] ?? null, type, position, writing);
    writing.path.pop();
    if (item === undefined) isNulled = true;
    else text += index === 0 ? item : `,${item}`;
  }
  return isNulled ? undefined : `[${text}]`;
}
