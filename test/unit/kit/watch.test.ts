// The text of a call of freshet.watch, as it is printed.
import { expect, it } from 'vitest';
import { watchCallSql, watchInstallSql } from '../../../subgraphs/kit/watch.ts';

it('names only what was said, and quotes whatever it is', () => {
  expect(watchCallSql({ table: 'catalog.product', type: 'Product', keys: ['upc'] })).toBe(
    `select freshet.watch('catalog.product', type => 'Product', keys => array['upc']);`,
  );
  expect(
    watchCallSql({
      table: `"it's"`,
      also: [`User id=a`],
      tags: [`o'clock-{x}`],
      lists: [],
      subgraph: 'a',
      tableIs: "a subscriber's",
    }),
  ).toBe(
    `select freshet.watch('"it''s"', lists => '{}', also => array['User id=a'], tags => array['o''clock-{x}'], subgraph => 'a', subscriber => true);`,
  );
});

it('installs every part in the order of its number', () => {
  const sql = watchInstallSql();
  const positions = [
    'create table if not exists freshet.outbox',
    'function freshet.check_table',
    'function freshet.rows_sql',
    'function freshet.statement_body',
    'function freshet.watch(',
    'function freshet.problems',
  ].map((part) => sql.indexOf(part));
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(positions).not.toContain(-1);
});
