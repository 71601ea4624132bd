// Pages of lists, read by one statement for all parents of a batch: the rows after a place, in an order.

import type { Page } from './connection.ts';
import type { Sql } from './postgres.ts';

/** One row of a page. `place`: its order and key, as text, for cursors. */
export type Placed<Row> = Row & { readonly parentKey: string; readonly place: readonly string[] };

export interface ListOrder {
  /** Not null, and together unique: the last one is the key. */
  readonly terms: readonly { readonly sql: string; readonly type: string }[];
  readonly direction: 'asc' | 'desc';
}

export interface ListSource {
  /** What rows hold: `id::text, name`. */
  readonly columns: string;
  /** `catalog.product`. */
  readonly from: string;
  /** Which rows, besides those of the parent. */
  readonly where?: Conditions;
}

export interface Conditions {
  /** With `$1` … for the values; joined by `and`. */
  readonly all: readonly string[];
  readonly values: readonly unknown[];
}

/** By which column rows belong to a parent. */
export interface ParentColumn {
  readonly sql: string;
  /** `bigint`, `text`: of the column. */
  readonly type: string;
}

const NOTHING: Conditions = { all: [], values: [] };

/** Collects conditions and their values: `where.add((v) => `country = ${v}`, country)`; none for a value that is null. */
export interface ConditionsBuilder extends Conditions {
  add(condition: (value: string) => string, value: unknown): void;
}

export function createConditions(): ConditionsBuilder {
  const all: string[] = [];
  const values: unknown[] = [];
  return {
    all,
    values,
    add(condition, value) {
      if (value === null || value === undefined) return;
      values.push(value);
      all.push(condition(`$${values.length}`));
    },
  };
}

/** The page of one list. Rows in order; one more than the page holds where there is a next page. */
export async function readRootPage<Row extends object>(
  sql: Sql,
  source: ListSource,
  order: ListOrder,
  page: Page,
): Promise<Placed<Row>[]> {
  const { all, values } = source.where ?? NOTHING;
  const text = `select ${source.columns}, ${placeSql(order)} as place from ${source.from} ${whereSql(all, order, page, values.length)}`;
  return await sql.query<Placed<Row>>(text, [...values, ...(page.after ?? []), page.firstCount + 1]);
}

/** The same page of the list of every parent. Rows in order within their parent. */
export async function readPages<Row extends object>(
  sql: Sql,
  source: ListSource,
  parent: ParentColumn,
  order: ListOrder,
  page: Page,
  parentKeys: readonly string[],
): Promise<Placed<Row>[]> {
  const { all, values } = source.where ?? NOTHING;
  const keys = `$${values.length + 1}`;
  const ranks = order.terms.map((term, index) => `${term.sql} as "~${index}"`).join(', ');
  const text = `select item.* from unnest(${keys}::${parent.type}[]) as parent (key) cross join lateral (
      select ${source.columns}, parent.key::text as "parentKey", ${placeSql(order)} as place, ${ranks}
      from ${source.from} ${whereSql([...all, `${parent.sql} = parent.key`], order, page, values.length + 1)}
    ) as item order by item."parentKey", ${order.terms.map((_, index) => `item."~${index}" ${order.direction}`).join(', ')}`;
  return await sql.query<Placed<Row>>(text, [...values, parentKeys, ...(page.after ?? []), page.firstCount + 1]);
}

/** How many rows the list of each parent has, in the order of the keys. */
export async function countPerParent(
  sql: Sql,
  source: Pick<ListSource, 'from' | 'where'>,
  parent: ParentColumn,
  parentKeys: readonly string[],
): Promise<number[]> {
  const { all, values } = source.where ?? NOTHING;
  const conditions = [...all, `${parent.sql} = any($${values.length + 1}::${parent.type}[])`].join(' and ');
  const rows = await sql.query<{ key: string; count: number }>(
    `select ${parent.sql}::text as key, count(*)::integer as count from ${source.from} where ${conditions} group by 1`,
    [...values, parentKeys],
  );
  const counts = new Map(rows.map(({ key, count }) => [key, count]));
  return parentKeys.map((key) => counts.get(key) ?? 0);
}

export async function countAll(sql: Sql, source: Pick<ListSource, 'from' | 'where'>): Promise<number> {
  const { all, values } = source.where ?? NOTHING;
  const where = all.length === 0 ? '' : `where ${all.join(' and ')}`;
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::integer as count from ${source.from} ${where}`,
    values,
  );
  return row?.count ?? 0;
}

const placeSql = (order: ListOrder): string => `array[${order.terms.map(({ sql }) => `(${sql})::text`).join(', ')}]`;

function whereSql(conditions: readonly string[], order: ListOrder, page: Page, valuesBefore: number): string {
  const all = [...conditions];
  let valueCount = valuesBefore;
  if (page.after !== null) {
    const after = order.terms.map(({ type }) => {
      valueCount += 1;
      return `$${valueCount}::${type}`;
    });
    all.push(
      `(${order.terms.map(({ sql }) => sql).join(', ')}) ${order.direction === 'asc' ? '>' : '<'} (${after.join(', ')})`,
    );
  }
  const orderBy = order.terms.map(({ sql }) => `${sql} ${order.direction}`).join(', ');
  return `${all.length === 0 ? '' : `where ${all.join(' and ')}`} order by ${orderBy} limit $${valueCount + 1}`;
}
