// Writes the text of an answer's data out of what the steps put together: order, types and nulls as the client's operation has them.
//
// The rules are those of `@apollo/gateway`'s result shaping: a null where none may be takes its parent with it, and such
// errors are told only in `extensions.valueCompletion`, and only when nothing else went wrong. One difference: where a value is no
// object or no list though it should be, Apollo's gateway ends the whole request; here its siblings survive.

import type { AnswerError } from './answer.ts';
import { isLeafText } from './leaf-text.ts';
import type { OutField, OutSelection, OutShape, TypePlan } from './output-selection.ts';
import { isTreeObject, TreeObject, type TreeValue, typenameOf, VerbatimText } from './tree.ts';

export interface Written {
  /** JSON; `null` when a null reached the root. */
  readonly text: string;
  readonly errors: readonly AnswerError[];
}

/** @param introspect gives the JSON text of an introspection field */
export function writeAnswer(
  root: TreeObject,
  selection: OutSelection,
  introspect: (field: OutField) => string,
): Written {
  const writing: Writing = { path: [], errors: [], introspect };
  const text = writeFields(root, selection.shape(null), writing);
  return { text: text ?? 'null', errors: writing.errors };
}

interface Writing {
  readonly path: (string | number)[];
  readonly errors: AnswerError[];
  introspect(field: OutField): string;
}

/** `field Product.name`, or the index of a list's item. */
type Place = string | number;

const placeText = (place: Place, type: TypePlan): string =>
  typeof place === 'string' ? place : `array element of type ${type.name} at index ${place}`;

/** Null: a null in its place. Undefined: a null, and an error has been told already. */
type ValueText = string | null | undefined;

/** @returns undefined when a null in it must take the whole object with it */
function writeFields(object: TreeObject, shape: OutShape, writing: Writing): string | undefined {
  let text = '';
  for (const field of shape.fields) {
    let value: string;
    switch (field.kind) {
      case 'typename':
        // A name that is no object type is that of an interface object whose real type could not be fetched.
        if (shape.objectName === null) return undefined;
        value = `"${shape.objectName}"`;
        break;
      case 'introspection':
        value = writing.introspect(field);
        break;
      default: {
        writing.path.push(field.responseName);
        const written = writeValue(fetchedValue(object, field), field.type, field, field.place, writing);
        writing.path.pop();
        if (written === undefined) return undefined;
        value = written;
      }
    }
    text += text === '' ? field.keyText + value : `,${field.keyText}${value}`;
  }
  return `{${text}}`;
}

/** What was fetched of a field, under all the names that the plan has for it. */
function fetchedValue(object: TreeObject, { planNames }: OutField): TreeValue {
  if (planNames.length === 1) return object[planNames[0]] ?? null;
  return planNames.map((name) => object[name] ?? null).reduce(together);
}

function together(a: TreeValue, b: TreeValue): TreeValue {
  if (Array.isArray(a) && Array.isArray(b)) return a.map((item, index) => together(item, b[index] ?? null));
  if (!isTreeObject(a) || !isTreeObject(b)) return a === null ? null : b;
  const merged = new TreeObject();
  for (const name of [...Object.keys(a), ...Object.keys(b)]) {
    const [inA, inB] = [a[name], b[name]];
    merged[name] = inA === undefined ? inB : inB === undefined ? inA : together(inA, inB);
  }
  return merged;
}

/** @returns undefined when the value is null and may not be */
function writeValue(
  value: TreeValue,
  type: TypePlan,
  field: OutField,
  place: Place,
  writing: Writing,
): string | undefined {
  if (!type.isNonNull) return writeNullable(value, type, field, place, writing) ?? 'null';
  const text = writeNullable(value, type, field, place, writing);
  if (typeof text === 'string') return text;
  if (text === null) tell(`Cannot return null for non-nullable ${placeText(place, type)}.`, writing);
  return undefined;
}

function writeNullable(value: TreeValue, type: TypePlan, field: OutField, place: Place, writing: Writing): ValueText {
  if (value === null) return null;
  // Checked where it was cut out.
  if (value instanceof VerbatimText) return value.text;
  if (type.item !== null) {
    return Array.isArray(value) ? writeList(value, type.item, field, writing) : tellInvalid(place, type, writing);
  }
  if (field.selection !== null) return writeObject(value, field.selection, type, place, writing);
  if (typeof value === 'string' ? isLeafText(value, field.check) : field.check.kind === 'any') {
    return typeof value === 'string' ? value : leafListText(value);
  }
  return tellInvalid(place, type, writing);
}

function writeList(value: readonly TreeValue[], itemType: TypePlan, field: OutField, writing: Writing): ValueText {
  let text = '';
  let isNulled = false;
  for (let index = 0; index < value.length; index += 1) {
    writing.path.push(index);
    const item = writeValue(value[index] ?? null, itemType, field, index, writing);
    writing.path.pop();
    if (item === undefined) isNulled = true;
    else text += index === 0 ? item : `,${item}`;
  }
  return isNulled ? undefined : `[${text}]`;
}

function writeObject(
  value: TreeValue,
  selection: OutSelection,
  type: TypePlan,
  place: Place,
  writing: Writing,
): ValueText {
  if (!isTreeObject(value)) return tellInvalid(place, type, writing);
  const shape = selection.shape(typenameOf(value));
  if (shape.type === null) {
    tell(`Invalid __typename found for object at ${placeText(place, type)}.`, writing);
    return undefined;
  }
  return writeFields(value, shape, writing);
}

function tellInvalid(place: Place, type: TypePlan, writing: Writing): undefined {
  tell(`Invalid value found for ${placeText(place, type)}.`, writing);
}

function tell(message: string, writing: Writing): void {
  writing.errors.push({ message, path: [...writing.path], extensions: { code: 'INVALID_GRAPHQL' } });
}

/** A custom scalar whose value is a list, under a field that is no list. */
function leafListText(value: TreeValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? `[${value.map(leafListText).join(',')}]` : 'null';
}
