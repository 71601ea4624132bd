// What the relay asks of PostgreSQL: a connection of its own. Types alone; postgres-sessions.ts opens them.

export interface SqlSession {
  /** One statement at a time. `bigint` and `numeric` come as text. @throws the server's error, or that the connection is lost */
  query(text: string, values?: readonly unknown[]): Promise<readonly unknown[]>;
  /** Ends the connection at once, whatever it is doing: an open statement rejects. Any number of times. */
  close(): void;
}

export interface SqlSessions {
  /** @throws when the server is not there within 5 s, refuses, or the signal is aborted */
  connect(signal: AbortSignal): Promise<SqlSession>;
}
