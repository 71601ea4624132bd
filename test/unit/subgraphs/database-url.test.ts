// Which database each subgraph has on one server.
import { expect, it } from 'vitest';
import { databaseUrls } from '../../../subgraphs/graph.ts';
import { databaseOf, shownUrl, subgraphDatabaseUrl, withDatabase } from '../../../subgraphs/kit/database-url.ts';

it.each([
  ['postgres://me:pass%2F@db.example:5433/postgres', 'postgres://me:pass%2F@db.example:5433/freshet_catalog'],
  ['postgres://db.example', 'postgres://db.example/freshet_catalog'],
  ['postgres://db.example/shop?sslmode=require', 'postgres://db.example/shop_catalog?sslmode=require'],
  [
    'postgresql://u@localhost:5432/postgres?host=%2Ftmp%2Fs',
    'postgresql://u@localhost:5432/freshet_catalog?host=%2Ftmp%2Fs',
  ],
  ['postgres://u@%2Ftmp%2Fsocket/postgres', 'postgres://u@%2Ftmp%2Fsocket/freshet_catalog'],
])('on %s catalog has %s', (server, expected) => {
  expect(subgraphDatabaseUrl(server, 'catalog')).toBe(expected);
});

it('a name with special characters comes back as it was', () => {
  expect(databaseOf(withDatabase('postgres://h/x', 'a "b"/ü'))).toBe('a "b"/ü');
});

it('what is no PostgreSQL URL is refused without being shown: it may hold a password', () => {
  expect(() => subgraphDatabaseUrl('mysql://root:hunter2@h/x', 'catalog')).toThrow(
    /^expected a PostgreSQL URL (?!.*hunter2)/,
  );
});

it('one subgraph can be given a database elsewhere', () => {
  const urls = databaseUrls('postgres://one/postgres', { REVIEWS_DATABASE_URL: 'postgres://two/reviews' });
  expect([urls.accounts, urls.reviews]).toEqual(['postgres://one/freshet_accounts', 'postgres://two/reviews']);
});

it('what people are shown holds no credentials', () => {
  expect(shownUrl('postgres://me:hunter2@db.example:5433/shop?password=hunter3&sslmode=require')).toBe(
    'postgres://db.example:5433/shop?password=…&sslmode=require',
  );
});
