// The config: what a gateway is told, from flags, environment and freshet.yaml, checked as a whole.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ConfigText, readConfigText } from './config/config-text.ts';
import { crossFieldProblems } from './config/cross-field.ts';
import { type ConfigFlags, type Environment, overlayOf, withOverlay } from './config/overlay.ts';
import { type ConfigProblem, describeProblem, shapeProblems } from './config/problems.ts';
import { readRest } from './config/readable.ts';
import { fileSchema } from './config/schema.ts';
import { settle } from './config/settle.ts';
import type { Config } from './config/settled.ts';
import { GatewayError, wordsOf } from './errors.ts';

export type { Config } from './config/settled.ts';

export interface ConfigSources {
  /** Null: no file, every setting by flag, environment or default. */
  readonly file: { readonly path: string; readonly text: string } | null;
  readonly env: Environment;
  readonly flags: ConfigFlags;
  /** The folder that relative paths of flags are relative to. */
  readonly cwd: string;
}

/**
 * The config that these sources give: flag beats environment beats file beats default. Reads nothing.
 * @throws {GatewayError} CONFIG_UNREADABLE where the file is no YAML; CONFIG_INVALID naming every wrong setting at once,
 * each with its path, what was expected, what came, and its line or the flag or variable that it came from
 */
export function resolveConfig(sources: ConfigSources): Config {
  const { file, env, flags, cwd } = sources;
  const text = file === null ? null : readConfigText(file.path, file.text);
  const settings = overlayOf(flags, env);
  const value = withOverlay(text?.value ?? {}, settings);
  const refuse = (problems: readonly ConfigProblem[]): GatewayError => {
    const lines = problems.map((problem) => describeProblem(problem, text, settings));
    return new GatewayError('CONFIG_INVALID', lines.length === 1 ? lines.join('') : listed(text, lines));
  };
  const read = fileSchema.safeParse(value);
  if (!read.success) {
    const problems = shapeProblems(read.error, fileSchema, value);
    const { file: rest, left } = readRest(fileSchema, value, problems);
    throw refuse([...problems, ...(rest === null ? [] : crossFieldProblems(rest, env, left))]);
  }
  const problems = crossFieldProblems(read.data, env, []);
  if (problems.length > 0) throw refuse(problems);
  const folder = flags.supergraph === undefined && file !== null ? resolve(cwd, file.path, '..') : cwd;
  return settle(read.data, env, {
    supergraphFolder: folder,
    fileFolder: file === null ? cwd : resolve(cwd, file.path, '..'),
  });
}

/**
 * Reads the file and resolves. @param path of freshet.yaml, or null for none
 * @throws {GatewayError} CONFIG_UNREADABLE, CONFIG_INVALID
 */
export async function loadConfig(path: string | null, sources: Omit<ConfigSources, 'file'>): Promise<Config> {
  if (path === null) return resolveConfig({ ...sources, file: null });
  let text: string;
  try {
    text = await readFile(resolve(sources.cwd, path), 'utf8');
  } catch (cause) {
    const why = wordsOf(cause);
    throw new GatewayError('CONFIG_UNREADABLE', `Expected a config file at ${path}, got: ${why}`, { cause });
  }
  return resolveConfig({ ...sources, file: { path, text } });
}

function listed(text: ConfigText | null, lines: readonly string[]): string {
  return [
    `${lines.length} settings are wrong in ${text?.name ?? 'the config'}:`,
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}
