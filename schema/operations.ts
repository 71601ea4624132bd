// Reads the client operations that a change of the schema must not break: schema/operations, one a file.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export interface ClientOperation {
  /** The file's name without its ending. */
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Who asks (`# subject: 1`); null: nobody. */
  readonly subject: string | null;
  /** Codes of the errors in its answer (`# errors: NO_RATE`), sorted; empty: it has none. */
  readonly errorCodes: readonly string[];
  /** Planners that find no plan for it (`# refused by: hive`), though it is right. */
  readonly refusedBy: readonly string[];
}

const FOLDER = new URL('./operations/', import.meta.url);
const variables = z.record(z.string(), z.unknown());

/** All of them: queries by name, then mutations by name. Mutations change data; queries after one see the change. */
export function readClientOperations(): readonly ClientOperation[] {
  return [...readFolder(FOLDER, 'query'), ...readFolder(new URL('mutations/', FOLDER), 'mutation')];
}

function readFolder(folder: URL, kind: ClientOperation['kind']): ClientOperation[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return files.sort().map((file) => {
    const name = file.slice(0, -'.graphql'.length);
    const text = readFileSync(new URL(file, folder), 'utf8');
    const variablesFile = new URL(`${name}.json`, folder);
    return {
      name,
      kind,
      text,
      variables: existsSync(variablesFile) ? variables.parse(JSON.parse(readFileSync(variablesFile, 'utf8'))) : {},
      subject: comment(text, 'subject'),
      errorCodes: (comment(text, 'errors')?.split(', ') ?? []).sort(),
      refusedBy: comment(text, 'refused by')?.split(', ') ?? [],
    };
  });
}

/** The value of a comment line such as `# subject: 1`. */
function comment(text: string, name: string): string | null {
  return new RegExp(`^# ${name}: (.+)$`, 'm').exec(text)?.[1] ?? null;
}
