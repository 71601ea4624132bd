// Answers the queries of the accounts subgraph.

import type { GraphQLResolverMap } from '@apollo/subgraph';
import { type PageArgs, readPage, toConnection } from '../kit/connection.ts';
import { dateTime } from '../kit/scalars.ts';
import type { AccountsContext } from './accounts.ts';
import { followerPage, type UserRow } from './loaders.ts';
import { accountsMutations } from './mutations.ts';
import { type UserFilter, type UserOrder, userOrder } from './user-list.ts';

interface UserListInput extends PageArgs {
  readonly filter?: UserFilter | null;
  readonly orderBy: UserOrder;
}

export const accountsResolvers: GraphQLResolverMap<AccountsContext> = {
  DateTime: dateTime,

  Query: {
    me: (_: unknown, __: unknown, { subject, loaders }) => (subject === null ? null : loaders.userById.load(subject)),
    user: (_: unknown, { id }: { id: string }, { loaders }) => loaders.userById.load(id),
    userByUsername: (_: unknown, { username }: { username: string }, { loaders }) =>
      loaders.userByUsername.load(username),
    usersById: (_: unknown, { ids }: { ids: readonly string[] }, { loaders }) => loaders.userById.loadMany(ids),
    users: async (_: unknown, { filter = null, orderBy, ...args }: UserListInput, { loaders }) => {
      const page = readPage(args, userOrder(orderBy).terms.length);
      const rows = await loaders.users.load({ filter, orderBy, page });
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.userCount.load(filter),
      );
    },
    userCount: (_: unknown, { filter = null }: { filter?: UserFilter | null }, { loaders }) =>
      loaders.userCount.load(filter),
  },

  Mutation: accountsMutations,

  User: {
    __resolveReference: ({ id }: { id: string }, { loaders }: AccountsContext) => loaders.userById.load(id),
    email: (user: UserRow, _: unknown, { subject }) => (subject === user.id ? user.email : null),
    address: ({ street, city, country }: UserRow) => (city === null ? null : { street, city, country }),
    homeStore: ({ homeWarehouseId }: UserRow) => (homeWarehouseId === null ? null : { id: homeWarehouseId }),
    wishlist: async ({ id }: UserRow, _: unknown, { loaders }) =>
      (await loaders.wishedSkus.load(id)).map((sku) => ({ sku })),
    followerCount: ({ id }: UserRow, _: unknown, { loaders }) => loaders.followerCount.load(id),
    followers: async ({ id }: UserRow, args: PageArgs, { loaders }) => {
      const page = followerPage(args);
      const rows = await loaders.followers.with(page).load(id);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.followerCount.load(id),
      );
    },
    cart: async ({ id }: UserRow, _: unknown, { subject, loaders }) =>
      subject === id ? { items: await loaders.cart.load(id) } : null,
  },

  Cart: {
    quantity: ({ items }: { items: readonly { quantity: number }[] }) =>
      items.reduce((sum, { quantity }) => sum + quantity, 0),
  },

  CartItem: {
    product: ({ sku }: { sku: string }) => ({ sku }),
  },
};
