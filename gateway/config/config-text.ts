// The text of freshet.yaml: read to plain values, and asked for the line of a setting.

import { isCollection, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { GatewayError } from '../errors.ts';

export type SettingPath = readonly (string | number)[];

export interface ConfigText {
  /** As shown to people. */
  readonly name: string;
  /** Empty sections and `key:` without a value are left out: they mean absent. */
  readonly value: unknown;
  /** Line (from 1) of the setting, or of the nearest thing around it that is written; null where nothing is. */
  lineOf(path: SettingPath): number | null;
}

/** @throws {GatewayError} CONFIG_UNREADABLE with the line */
export function readConfigText(name: string, text: string): ConfigText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = problem.linePos?.[0].line;
    const place = line === undefined ? name : `${name}:${line}`;
    const [what = 'something else'] = problem.message.split('\n');
    throw new GatewayError('CONFIG_UNREADABLE', `Expected YAML in ${place}, got: ${what}`, { cause: problem });
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return {
    name,
    value: withoutNulls(value) ?? {},
    lineOf(path) {
      let node: unknown = document.contents;
      let at = -1;
      for (const step of path) {
        if (!isCollection(node)) break;
        const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
        node = pair === undefined ? node.get(step, true) : pair.value;
        const start = startOf(pair?.key) ?? startOf(node);
        if (start === null) break;
        at = start;
      }
      return at < 0 ? null : lines.linePos(at).line;
    },
  };
}

function startOf(node: unknown): number | null {
  return isScalar(node) || isCollection(node) ? (node.range?.[0] ?? null) : null;
}

function withoutNulls(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value ?? undefined;
  if (Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, withoutNulls(inner)]);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}
