// Before anything counts: does a server give the same answers as ours?

import { isDeepStrictEqual } from 'node:util';

/** @returns the text of the answer. @throws {Error} for another status than 200, or data that is null */
export async function ask(url: string, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await response.text();
  if (!response.ok || !/^\s*\{.*"data":\s*\{/s.test(text))
    throw new Error(`expected data from ${url}, got ${response.status}: ${text.slice(0, 200)}`);
  return text;
}

/** Key order does not count: JSON objects have none. @returns the first difference, as a path with both values; null for none */
export function differenceOf(expected: string, got: string): string | null {
  const [a, b]: unknown[] = [JSON.parse(expected), JSON.parse(got)];
  return isDeepStrictEqual(a, b) ? null : firstDifference(a, b, 'answer');
}

function firstDifference(a: unknown, b: unknown, path: string): string {
  if (isObject(a) && isObject(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (!isDeepStrictEqual(a[key], b[key])) return firstDifference(a[key], b[key], `${path}.${key}`);
    }
  }
  return `${path}: ${shown(a)} is expected, got ${shown(b)}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60));
