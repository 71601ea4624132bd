// What is left of a config when what is wrong by itself is taken out: so that rules between settings can still be held to the rest.

import type { z } from 'zod';
import type { SettingPath } from './config-text.ts';
import type { ConfigProblem } from './problems.ts';
import { isRecord } from './record.ts';

export interface Readable<Read> {
  /** Null: nothing can be read. */
  readonly file: Read | null;
  /** What was taken out: each the setting that is wrong, or what is around it where it cannot be left out alone. And what was meant by wrong names. */
  readonly left: readonly SettingPath[];
}

/** @param problems of the value's shape */
export function readRest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  problems: readonly ConfigProblem[],
): Readable<z.output<Schema>> {
  const removed = problems.map(({ path }) => removable(value, path));
  const read = schema.safeParse(removed.reduce(without, value));
  const left = [...removed, ...problems.flatMap(({ meant }) => (meant === undefined ? [] : [meant]))];
  return { file: read.success ? read.data : null, left };
}

/** An item of a list goes with its list; where something is missing, what should hold it goes. */
function removable(value: unknown, path: SettingPath): SettingPath {
  let inner = value;
  for (const [depth, step] of path.entries()) {
    if (!isRecord(inner) || !Object.hasOwn(inner, step)) return path.slice(0, depth);
    inner = inner[step];
  }
  return path;
}

function without(value: unknown, path: SettingPath): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return {};
  if (!isRecord(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) };
}
