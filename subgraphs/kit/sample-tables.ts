// Fills the tables of a schema with sample data by COPY, all of it in one transaction.

import type { Database, Transaction } from './postgres.ts';

export type CopyValue = string | number | boolean | Date | null | readonly string[];

export interface SampleTable {
  /** `catalog.product`. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Must begin anew at each call. */
  readonly rows: () => Iterable<readonly CopyValue[]>;
  /** The sequence that gives the next id, moved behind the greatest id. */
  readonly sequence?: { readonly name: string; readonly column: string };
}

/** `keep`: a schema that holds anything is left alone. `replace`: what it holds goes first. */
export type WhenFilled = 'keep' | 'replace';

const CHUNK_CHARACTERS = 64 * 1024;

/**
 * @param onTable called when a table begins
 * @returns how many rows were written; 0: it was filled already
 */
export async function fillTables(
  database: Database,
  tables: readonly SampleTable[],
  whenFilled: WhenFilled,
  onTable: (table: SampleTable) => void,
): Promise<number> {
  const names = tables.map(({ table }) => table).join(', ');
  const written = await database.transaction(async (sql) => {
    await sql.query('set local statement_timeout = 0');
    // Two that fill at once: the second one waits, and finds it filled.
    await sql.query(`lock table ${names} in share row exclusive mode`);
    if (whenFilled === 'replace') await sql.query(`truncate ${names} cascade`);
    else if (await isFilled(sql, tables)) return 0;
    let rowCount = 0;
    for (const table of tables) {
      onTable(table);
      await sql.copyIn(`copy ${table.table} (${table.columns.join(', ')}) from stdin`, chunksOf(table.rows()));
      rowCount += table.rowCount;
      if (table.sequence === undefined) continue;
      const { name, column } = table.sequence;
      await sql.query(`select setval('${name}', greatest(max(${column}), 1)) from ${table.table}`);
    }
    return rowCount;
  });
  if (written > 0) await database.query(`analyze ${names}`);
  return written;
}

async function isFilled(sql: Transaction, tables: readonly SampleTable[]): Promise<boolean> {
  const anyRow = tables.map(({ table }) => `exists (select from ${table})`).join(' or ');
  const [row] = await sql.query<{ filled: boolean }>(`select ${anyRow} as filled`);
  return row?.filled === true;
}

/** COPY's text format, in pieces that the socket takes well. */
export function* chunksOf(rows: Iterable<readonly CopyValue[]>): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    chunk += `${row.map(copyText).join('\t')}\n`;
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  return escaped(`{${value.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
}

const escaped = (text: string): string => text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
