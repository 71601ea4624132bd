// The grammar of tags: what a purge names and what an entry bears. One function makes each kind of tag.
//
// A tag is text. Within one subgraph two tags are equal exactly when they mean the same thing; spellings of one
// key value that differ between SQL and GraphQL ("1.50" and 1.5, upper and lower case UUIDs, blank-padded char(n))
// are folded together. Folding may make two keys share a tag: that costs a miss, never a stale answer. It must
// therefore never be used to identify an entry, only to purge it.

/** A key's scalars as they come from SQL, JSON or a representation. Nested objects are keys that reach into other objects. */
export type KeyValue = string | number | boolean | null | { readonly [field: string]: KeyValue };
export type KeyObject = { readonly [field: string]: KeyValue };

/** One entity: purged when its row changes. @param key one whole `@key`, nested objects for nested selections */
export function entityTag(subgraph: string, typename: string, key: KeyObject): string {
  return entityTagsOf(subgraph, typename)(key);
}

/** As `entityTag`, for many entities of one type. */
export function entityTagsOf(subgraph: string, typename: string): (key: KeyObject) => string {
  const start = `entity/${part(subgraph)}/${part(typename)}/`;
  return (key) => {
    const parts: string[] = [];
    collectKeyParts('', key, parts);
    const [only = ''] = parts;
    return start + (parts.length < 2 ? only : parts.sort().join('&'));
  };
}

/** All entities of a type at once: bulk statements, and purges by type. */
export function typeTag(subgraph: string, typename: string): string {
  return `type/${part(subgraph)}/${part(typename)}`;
}

/** Membership and order of the lists of a type. */
export function listTag(subgraph: string, typename: string): string {
  return `list/${part(subgraph)}/${part(typename)}`;
}

/** Any change of any entity of a type: borne by what holds entities of that type whose key it does not know. */
export function changeTag(subgraph: string, typename: string): string {
  return `change/${part(subgraph)}/${part(typename)}`;
}

/** Any change that a subgraph's sources report: borne by every entry that is not declared precise. */
export function anyTag(subgraph: string): string {
  return `any/${part(subgraph)}`;
}

/** A declared `@cacheTag`, or one that the subgraph returned. */
export function cacheTag(subgraph: string, name: string): string {
  return `tag/${part(subgraph)}/${part(name)}`;
}

/** Is it one that `cacheTag` made? */
export const isDeclaredTag = (tag: string): boolean => tag.startsWith('tag/');

/** Everything private to one subject. @param subjectHash the hashed subject, never the subject itself */
export function subjectTag(subjectHash: string): string {
  return `subject/${part(subjectHash)}`;
}

function collectKeyParts(path: string, key: KeyObject, into: string[]): void {
  for (const field of Object.keys(key)) {
    const value = key[field] ?? null;
    const name = path === '' ? part(field) : `${path}.${part(field)}`;
    if (value !== null && typeof value === 'object') collectKeyParts(name, value, into);
    else into.push(`${name}=${part(foldScalar(value))}`);
  }
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Does a piece of text, as the value of a key, stand in a tag as it is? True for whole numbers, lower-case UUIDs and plain names; false
 * says nothing: what is left of it is folded and escaped.
 */
export function isPlainValue(text: string, from: number, to: number): boolean {
  let isWhole = true;
  /** Of a letter that no number has. */
  let isName = false;
  let hasCapital = false;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    isWhole = false;
    const isSmall = code >= SMALL_A && code <= SMALL_Z;
    const isCapital = code >= CAPITAL_A && code <= CAPITAL_Z;
    if (!isSmall && !isCapital && code !== UNDERSCORE && code !== MINUS) return false;
    hasCapital ||= isCapital;
    isName ||= code === UNDERSCORE || ((isSmall || isCapital) && (code | CASE) !== SMALL_E);
  }
  if (isWhole) return to > from && text.charCodeAt(from) !== ZERO;
  return isName && !(hasCapital && to - from === UUID_LENGTH);
}

const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;
const UNDERSCORE = 0x5f;
const SMALL_A = 0x61;
const SMALL_E = 0x65;
const SMALL_Z = 0x7a;
/** The bit by which small letters differ from capitals. */
const CASE = 0x20;
const UUID_LENGTH = 36;

function foldScalar(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value).trimEnd();
  const number = NUMBER.exec(text);
  if (number !== null) return foldNumber(number[1] === '-', number[2] ?? '', number[3] ?? '', Number(number[4] ?? 0));
  return UUID.test(text) ? text.toLowerCase() : text;
}

/** Decimal digits without exponent, leading or trailing zeros: SQL `numeric` and a JSON number meet here. */
function foldNumber(negative: boolean, whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const pointAt = whole.length + exponent;
  const integerDigits = pointAt <= 0 ? '' : digits.slice(0, pointAt).padEnd(pointAt, '0');
  const fractionDigits = pointAt < 0 ? '0'.repeat(-pointAt) + digits : digits.slice(pointAt);
  const integer = integerDigits.replace(/^0+/, '') || '0';
  const rest = fractionDigits.replace(/0+$/, '');
  const folded = rest === '' ? integer : `${integer}.${rest}`;
  return negative && folded !== '0' ? `-${folded}` : folded;
}

/** Escapes what the grammar uses itself, so that no value can imitate another tag. */
function part(text: string): string {
  return RESERVED.test(text) ? text.replace(/[%/&=.]/g, (c) => `%${c.charCodeAt(0).toString(16)}`) : text;
}

const RESERVED = /[%/&=.]/;
