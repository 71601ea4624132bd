// What one request loads of people: each of these is one statement for all that the request asks of it.

import { type Page, readPage } from '../kit/connection.ts';
import {
  createLoader,
  createLoaderFamily,
  createQueryLoader,
  type Loader,
  type LoaderFamily,
  rowsPerKey,
} from '../kit/loader.ts';
import { countAll, countPerParent, type ListOrder, type Placed, readPages, readRootPage } from '../kit/paged-list.ts';
import type { Sql } from '../kit/postgres.ts';
import { createRowLoader } from '../kit/row-loader.ts';
import { filterOf, type UserFilter, type UserOrder, userOrder } from './user-list.ts';

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly name: string | null;
  readonly email: string;
  readonly bio: string | null;
  readonly tier: string;
  readonly interests: readonly string[];
  readonly joinedAt: Date;
  readonly lastSeenAt: Date | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly homeWarehouseId: string | null;
}

export interface CartRow {
  readonly personId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly addedAt: Date;
}

export interface UserListArgs {
  readonly filter: UserFilter | null;
  readonly orderBy: UserOrder;
  readonly page: Page;
}

export interface AccountsLoaders {
  readonly userById: Loader<string, UserRow | null>;
  readonly userByUsername: Loader<string, UserRow | null>;
  readonly users: Loader<UserListArgs, Placed<UserRow>[]>;
  readonly userCount: Loader<UserFilter | null, number>;
  readonly followers: LoaderFamily<Page, string, Placed<UserRow>[]>;
  readonly followerCount: Loader<string, number>;
  readonly wishedSkus: Loader<string, readonly string[]>;
  readonly cart: Loader<string, readonly CartRow[]>;
}

export const USER_COLUMNS = `person.id::text, username, name, email, bio, tier, interests, joined_at as "joinedAt",
  last_seen_at as "lastSeenAt", street, city, country, home_warehouse_id as "homeWarehouseId"`;

const PEOPLE = { columns: USER_COLUMNS, from: 'accounts.person' };
const FOLLOWERS = 'accounts.follow join accounts.person on person.id = follow.follower_id';
const FOLLOWEE = { sql: 'followee_id', type: 'bigint' };
const LAST_FOLLOWED_FIRST: ListOrder = {
  terms: [
    { sql: 'followed_at', type: 'timestamptz' },
    { sql: 'follower_id', type: 'bigint' },
  ],
  direction: 'desc',
};

/** For one request. */
export function createAccountsLoaders(sql: Sql): AccountsLoaders {
  return {
    userById: createRowLoader<UserRow>(sql, PEOPLE, { sql: 'id', type: 'bigint' }, (row) => row.id),
    userByUsername: createRowLoader<UserRow>(sql, PEOPLE, { sql: 'username', type: 'text' }, (row) => row.username),
    users: createQueryLoader(({ filter, orderBy, page }: UserListArgs) =>
      readRootPage<UserRow>(sql, { ...PEOPLE, where: filterOf(filter) }, userOrder(orderBy), page),
    ),
    userCount: createQueryLoader((filter: UserFilter | null) =>
      countAll(sql, { from: 'accounts.person', where: filterOf(filter) }),
    ),
    followers: createLoaderFamily((ids: readonly string[], page: Page) =>
      readPages<UserRow>(
        sql,
        { columns: USER_COLUMNS, from: FOLLOWERS },
        FOLLOWEE,
        LAST_FOLLOWED_FIRST,
        page,
        ids,
      ).then((rows) => rowsPerKey(ids, rows, (row) => row.parentKey)),
    ),
    followerCount: createLoader((ids: readonly string[]) =>
      countPerParent(sql, { from: 'accounts.follow' }, FOLLOWEE, ids),
    ),
    wishedSkus: createLoader(async (ids: readonly string[]) => {
      const rows = await sql.query<{ personId: string; sku: string }>(
        `select person_id::text as "personId", sku from accounts.wish where person_id = any($1::bigint[]) order by wished_at desc, sku`,
        [ids],
      );
      return rowsPerKey(ids, rows, (row) => row.personId).map((group) => group.map(({ sku }) => sku));
    }),
    cart: createLoader(async (ids: readonly string[]) =>
      rowsPerKey(
        ids,
        await sql.query<CartRow>(
          `select person_id::text as "personId", sku, quantity, added_at as "addedAt"
          from accounts.cart_item where person_id = any($1::bigint[]) order by added_at, sku`,
          [ids],
        ),
        (row) => row.personId,
      ),
    ),
  };
}

/** @throws {GraphQLError} BAD_USER_INPUT */
export function followerPage(args: { readonly first: number; readonly after?: string | null }): Page {
  return readPage(args, LAST_FOLLOWED_FIRST.terms.length);
}
