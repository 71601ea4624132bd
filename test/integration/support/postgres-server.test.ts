// Holds the PostgreSQL harness to its faults, for both versions: death with backends at work, freeze, restart on the same data.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { within } from '../../support/eventually.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { isRunning, processTree } from '../../support/process-tree.ts';
import { requireService } from '../../support/service-gate.ts';

for (const { service, version, says } of [
  { service: 'postgres', version: 'embedded', says: /^18\.4/ },
  { service: 'postgres15', version: '15', says: /^15\./ },
] as const) {
  requireService(service)(`startPostgres, version ${version}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ version, settings: { wal_level: 'logical' } });
    });
    afterAll(() => server.stop());

    it('is the version asked for, with the settings asked for', async () => {
      expect(server.version).toMatch(says);
      await expect(value(server, 'SHOW server_version')).resolves.toMatch(says);
      await expect(value(server, 'SHOW wal_level')).resolves.toBe('logical');
    });

    it('keeps what was committed, and only that, over kill -9 with a transaction open', async () => {
      await value(server, 'CREATE TABLE kept (id int)');
      await value(server, 'INSERT INTO kept VALUES (1)');
      const open = await connect(server);
      await open.query('BEGIN; INSERT INTO kept VALUES (2)');
      const tree = processTree(server.pid).map((row) => row.pid);
      expect(tree.length).toBeGreaterThan(3);
      await server.kill();
      expect(tree.filter(isRunning)).toEqual([]);
      await server.restart();
      await expect(value(server, 'SELECT array_agg(id) FROM kept')).resolves.toEqual([1]);
    });

    it('answers nothing on connections old and new while frozen', async () => {
      const old = await connect(server);
      await server.freeze();
      const answer = old.query('SELECT 1');
      await expect(within(150, 'an answer', answer)).rejects.toThrow('Expected an answer within');
      await expect(within(150, 'a connection', value(server, 'SELECT 2'))).rejects.toThrow(
        'Expected a connection within',
      );
      server.thaw();
      await expect(answer).resolves.toMatchObject({ rowCount: 1 });
      await old.end();
    });

    it('can be killed while frozen, backends too, and started again', async () => {
      const open = await connect(server);
      await server.freeze();
      await within(20_000, 'the end of a frozen server', server.kill());
      await server.restart();
      await expect(value(server, 'SELECT 1')).resolves.toBe(1);
      await open.end().catch(() => undefined);
    });

    it('leaves no process when stopped frozen', async () => {
      const other = await startPostgres({ version });
      const tree = processTree(other.pid).map((row) => row.pid);
      await other.freeze();
      await other.stop();
      expect(tree.filter(isRunning)).toEqual([]);
    });
  });
}

async function connect(server: PostgresServer): Promise<pg.Client> {
  const client = new pg.Client(server.url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function value(server: PostgresServer, sql: string): Promise<unknown> {
  const client = await connect(server);
  try {
    const result = await client.query({ text: sql, rowMode: 'array' });
    return result.rows[0]?.[0];
  } finally {
    await client.end();
  }
}
