// What is wrong with a config, said so that it can be put right: where, what was expected, what came.

import { z } from 'zod';
import type { ConfigText, SettingPath } from './config-text.ts';
import { nearestName } from './nearest.ts';
import type { OverlaySetting } from './overlay.ts';
import { isRecord } from './record.ts';

export interface ConfigProblem {
  readonly path: SettingPath;
  /** "expected …", and for a value what came. */
  readonly message: string;
  /** The setting that a name nobody knows was probably meant for. */
  readonly meant?: SettingPath;
}

/** Problems of shape, one for each setting that is wrong and each key that is not known. */
export function shapeProblems(error: z.ZodError, schema: z.ZodType, value: unknown): readonly ConfigProblem[] {
  return error.issues.flatMap((issue): readonly ConfigProblem[] => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, path);
      return issue.keys.map((key) => unknownKey(path, key, known));
    }
    if (issue.code === 'invalid_key') return [{ path, message: issue.message }];
    // Some readers say what came themselves: of a value that may hold a secret, the rest.
    const told = issue.code === 'custom' ? issue.params?.got : undefined;
    const got = typeof told === 'string' ? told : shown(valueAt(value, path), path);
    return [{ path, message: `${issue.message}, got ${got}` }];
  });
}

/** One line for a problem: `listen.port: expected a whole number from 0 to 65535, got "x" (freshet.yaml:3)`. */
export function describeProblem(
  { path, message }: ConfigProblem,
  text: ConfigText | null,
  settings: readonly OverlaySetting[],
): string {
  const name = path.map((step) => (/[.\s]/.test(String(step)) ? `"${step}"` : String(step))).join('.');
  const laidOver = settings.findLast((one) => one.path.every((step, index) => path[index] === step));
  const line = text?.lineOf(path) ?? null;
  const place =
    laidOver?.place ?? (text === null ? 'no config file' : line === null ? text.name : `${text.name}:${line}`);
  return `${name === '' ? 'config' : name}: ${message} (${place})`;
}

function unknownKey(section: SettingPath, key: string, known: readonly string[]): ConfigProblem {
  const path = [...section, key];
  const nearest = nearestName(key, known);
  if (nearest === null) return { path, message: `unknown setting; expected one of ${known.join(', ')}` };
  return { path, message: `unknown setting; did you mean ${nearest}?`, meant: [...section, nearest] };
}

/** The keys of the section at the path, read off the schema itself. */
function knownKeys(schema: z.core.$ZodType, path: SettingPath): readonly string[] {
  const inner = unwrapped(schema);
  const [step, ...rest] = path;
  if (inner instanceof z.ZodRecord) return step === undefined ? [] : knownKeys(inner.valueType, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(inner.shape);
  const child: unknown = inner.shape[String(step)];
  return child instanceof z.ZodType ? knownKeys(child, rest) : [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  return schema;
}

function valueAt(value: unknown, path: SettingPath): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isRecord(inner) ? inner[step] : undefined;
  }, value);
}

const LONGEST_SHOWN = 60;
/** Settings whose value may be a secret, or hold one. */
const SECRET = /^(secret|invalidationKey|shards)$/;

function shown(value: unknown, path: SettingPath): string {
  if (value === undefined) return 'nothing';
  if (path.some((step) => SECRET.test(String(step)))) return 'a value that is not shown';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
