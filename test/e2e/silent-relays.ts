// Silences the purge log of a system whose log is in its process: its relays are kept from their databases, as by another relay that froze.
import pg from 'pg';
import type { DatabaseUrls } from '../../subgraphs/graph.ts';
import { SUBGRAPH_NAMES } from '../../subgraphs/graph.ts';

export interface SilentRelays {
  /** The relays go on. */
  end(): Promise<void>;
}

/** The lock that one relay of a database holds while it works: subgraphs/kit/postgres-source.ts. */
const LOCK_KEY = '439721161576';
/** No relay holds it: we wait in line, and whoever holds it is ended. */
const TAKE_LOCK = 'select pg_advisory_lock($1::bigint)';
const END_HOLDER = `select pg_terminate_backend(pid) from pg_locks
  where locktype = 'advisory' and granted and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())
    and ((classid::bigint << 32) | objid::bigint) = $1::bigint`;

/** Resolves when no relay works. */
export async function silenceRelays(urls: DatabaseUrls): Promise<SilentRelays> {
  const holders = await Promise.all(SUBGRAPH_NAMES.map((name) => takeLock(urls[name])));
  return { end: async () => void (await Promise.all(holders.map((holder) => holder.end()))) };
}

async function takeLock(url: string): Promise<pg.Client> {
  const [holder, other] = [clientOf(url), clientOf(url)];
  await Promise.all([holder.connect(), other.connect()]);
  try {
    const taken = holder.query(TAKE_LOCK, [LOCK_KEY]);
    await other.query(END_HOLDER, [LOCK_KEY]);
    await taken;
    return holder;
  } finally {
    await other.end();
  }
}

function clientOf(url: string): pg.Client {
  const client = new pg.Client({ connectionString: url, application_name: 'test silence', statement_timeout: 30_000 });
  // Without a listener the end of the server would end this process.
  client.on('error', () => undefined);
  return client;
}
