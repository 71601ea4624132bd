// Which database each subgraph has on one server: each its own, so that its outbox is its own.

/**
 * The URL of a subgraph's database on the server of `serverUrl`: `postgres://h/postgres` gives `…/freshet_catalog`,
 * `postgres://h/shop` gives `…/shop_catalog`.
 * @param serverUrl a PostgreSQL URL; host, credentials and parameters are kept
 */
export function subgraphDatabaseUrl(serverUrl: string, subgraph: string): string {
  const name = databaseOf(serverUrl);
  return withDatabase(serverUrl, `${name === '' || name === 'postgres' ? 'freshet' : name}_${subgraph}`);
}

/** The same server and credentials, another database. */
export function withDatabase(url: string, database: string): string {
  const { before, after } = partsOf(url);
  return `${before}/${encodeURIComponent(database)}${after}`;
}

/** @returns '' when the URL names none */
export function databaseOf(url: string): string {
  return decodeURIComponent(partsOf(url).path.slice(1));
}

/** For people: without the credentials. */
export function shownUrl(url: string): string {
  const { before, path, after } = partsOf(url);
  return before.replace(/\/\/[^@]*@/, '//') + path + after.replace(/password=[^&]*/g, 'password=…');
}

// Not through `URL`: it refuses and rewrites hosts that are the folder of a socket.
function partsOf(url: string): { readonly before: string; readonly path: string; readonly after: string } {
  const parts = /^(postgres(?:ql)?:\/\/[^/?#]*)(\/[^/?#]*)?(\?[^#]*)?$/.exec(url);
  if (parts === null) {
    // The text may hold a password: it is not shown.
    throw new Error('expected a PostgreSQL URL as in postgres://user:password@host:5432/database, got something else');
  }
  return { before: parts[1] ?? '', path: parts[2] ?? '', after: parts[3] ?? '' };
}
