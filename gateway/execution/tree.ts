// The data of one request while it is put together: objects by plan names, leaves as JSON text.

/** A leaf is JSON text, encoded once; the JSON text `null` never stands in it. */
export type TreeValue = null | string | VerbatimText | TreeValue[] | TreeObject;

/** Without a prototype: a field named `constructor` is absent until it is set. A class, for its one hidden class per shape. */
export class TreeObject {
  [planName: string]: TreeValue | undefined;
}
Object.setPrototypeOf(TreeObject.prototype, null);
Reflect.deleteProperty(TreeObject.prototype, 'constructor');

/** An object, or lists of them, as JSON text: the client's answer has it just so. A class, to be told from leaves. */
export class VerbatimText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The type that a subgraph said, without quotes; null where it was not asked. */
export function typenameOf(object: TreeObject): string | null {
  const text = object.__typename;
  return typeof text === 'string' ? text.slice(1, -1) : null;
}

export function isTreeObject(value: TreeValue | undefined): value is TreeObject {
  return value instanceof TreeObject;
}

/** Takes a value of a parsed answer to leaf text; undefined stays what it is: the subgraph did not answer the field. */
export function toLeaf(value: unknown, listDepth: number): TreeValue | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return null;
      if (listDepth > 0 && Array.isArray(value)) {
        return value.map((item) => toLeaf(item, listDepth - 1) ?? null);
      }
      return JSON.stringify(value);
    default:
      return undefined;
  }
}
