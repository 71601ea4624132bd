// Where and when a source is: the database's clock, and which history of which server answers.

import { z } from 'zod';
import type { SqlSession } from './sql.ts';

export interface SourceMoment {
  /** Epoch ms by the database's clock. Every commit visible before it is seen by a snapshot taken after this statement ended. */
  readonly asOfAt: number;
  /** On a standby. Others are read on the primary alone: null. */
  readonly place: SourcePlace | null;
}

export interface SourcePlace {
  /** PostgreSQL's system identifier. */
  readonly system: string;
  /** Counts up when a standby is promoted or a backup is restored to a point in time. */
  readonly timeline: number;
}

// The timeline of the last checkpoint would be the old one for a while after a promotion: the one being written is in the name of its WAL file.
const MOMENT = `
  select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as "asOfAt",
    case when pg_is_in_recovery() then null else json_build_object(
      'system', (select system_identifier::text from pg_control_system()),
      'timeline', ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint) end as place`;

const moment = z.object({
  asOfAt: z.number(),
  place: z.object({ system: z.string(), timeline: z.number() }).nullable(),
});

/** One statement of its own: it must have ended before the snapshot is taken that its time is claimed for. */
export async function readMoment(session: SqlSession): Promise<SourceMoment> {
  const [row] = await session.query(MOMENT);
  return moment.parse(row);
}
