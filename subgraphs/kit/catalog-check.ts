// Whether every change of a watched table still passes its triggers.

import { z } from 'zod';
import type { SqlSession } from './sql.ts';

export interface CatalogReading {
  /** Differs when a watched table, its partitions, columns or triggers were altered, even if they were altered back. */
  readonly fingerprint: string;
  /** Each way in which changes go unseen now, naming the table. While there is one nothing may be said about freshness. */
  readonly problems: readonly string[];
}

const FINGERPRINT = 'select freshet.fingerprint() as fingerprint';
const CATALOG = `
  select freshet.fingerprint() as fingerprint,
    array(select table_name || ': ' || problem from freshet.problems() order by 1) as problems`;

const reading = z.object({ fingerprint: z.string(), problems: z.array(z.string()) });

/** @param last what was read before on this session; its problems are those of the same fingerprint, so need not be looked for again */
export async function readCatalog(session: SqlSession, last: CatalogReading | null): Promise<CatalogReading> {
  if (last !== null) {
    const [row] = await session.query(FINGERPRINT);
    if (reading.pick({ fingerprint: true }).parse(row).fingerprint === last.fingerprint) return last;
  }
  const [row] = await session.query(CATALOG);
  return reading.parse(row);
}
