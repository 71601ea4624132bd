// Changes people, and what belongs to them. Each in one transaction; what is answered is read after it.

import { GraphQLError, type GraphQLFieldResolver } from 'graphql';
import { badInput } from '../kit/connection.ts';
import { isIdentity } from '../kit/identity.ts';
import type { AccountsContext } from './accounts.ts';
import { createAccountsLoaders, USER_COLUMNS, type UserRow } from './loaders.ts';

interface RegisterInput {
  readonly username: string;
  readonly email: string;
  readonly name?: string | null;
  readonly tier: string;
  readonly interests: readonly string[];
}

interface ProfileInput {
  readonly name?: string | null;
  readonly bio?: string | null;
  readonly email?: string | null;
  readonly tier?: string | null;
  readonly interests?: readonly string[] | null;
  readonly address?: { readonly street?: string | null; readonly city: string; readonly country: string } | null;
}

interface FollowArgs {
  readonly followerId: string;
  readonly followeeId: string;
}

interface WishArgs {
  readonly userId: string;
  readonly sku: string;
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const CHECK_VIOLATION = '23514';

type Mutations = Record<string, GraphQLFieldResolver<unknown, AccountsContext>>;

export const accountsMutations: Mutations = {
  async registerUser(_, { input }: { input: RegisterInput }, context) {
    const { username, email, name = null, tier, interests } = input;
    const [user] = await write(
      context,
      `insert into accounts.person as person (username, email, name, tier, interests) values ($1, $2, $3, $4, $5) returning ${USER_COLUMNS}`,
      [username, email, name, tier, interests],
      {
        [UNIQUE_VIOLATION]: `username: expected one that is free, ${JSON.stringify(username)} is taken`,
        [CHECK_VIOLATION]: `username: expected 2 to 40 of a-z, 0-9, ".", "_", "-", got ${JSON.stringify(username)}`,
      },
    );
    return user;
  },

  async updateProfile(_, { id, input }: { id: string; input: ProfileInput }, context) {
    if (!isIdentity(id)) return null;
    const { address } = input;
    const changes: Record<string, unknown> = { name: input.name, bio: input.bio };
    // What may not be null in the database stays when null is given.
    for (const column of ['email', 'tier', 'interests'] as const) changes[column] = input[column] ?? undefined;
    if (address !== undefined) {
      Object.assign(changes, {
        street: address?.street ?? null,
        city: address?.city ?? null,
        country: address?.country ?? null,
      });
    }
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    if (given.length === 0) return await context.loaders.userById.load(id);
    const assignments = given.map(([column], index) => `${column} = $${index + 2}`).join(', ');
    const [user] = await write(
      context,
      `update accounts.person as person set ${assignments} where id = $1 returning ${USER_COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return user ?? null;
  },

  async deleteUser(_, { id }: { id: string }, context) {
    if (!isIdentity(id)) return false;
    return (await write(context, 'delete from accounts.person as person where id = $1 returning id', [id])).length > 0;
  },

  async follow(_, { followerId, followeeId }: FollowArgs, context) {
    if (!isIdentity(followerId) || !isIdentity(followeeId)) return null;
    await write(
      context,
      'insert into accounts.follow (follower_id, followee_id) values ($1, $2) on conflict do nothing',
      [followerId, followeeId],
      {
        [FOREIGN_KEY_VIOLATION]: 'expected two people that exist',
        [CHECK_VIOLATION]: 'expected two people, got the same one twice',
      },
    );
    return await context.loaders.userById.load(followeeId);
  },

  async unfollow(_, { followerId, followeeId }: FollowArgs, context) {
    if (!isIdentity(followerId) || !isIdentity(followeeId)) return null;
    await write(context, 'delete from accounts.follow where follower_id = $1 and followee_id = $2', [
      followerId,
      followeeId,
    ]);
    return await context.loaders.userById.load(followeeId);
  },

  async addToWishlist(_, { userId, sku }: WishArgs, context) {
    if (!isIdentity(userId)) return null;
    await write(
      context,
      'insert into accounts.wish (person_id, sku) values ($1, $2) on conflict do nothing',
      [userId, sku],
      {
        [FOREIGN_KEY_VIOLATION]: `userId: expected a person that exists, got ${JSON.stringify(userId)}`,
      },
    );
    return await context.loaders.userById.load(userId);
  },

  async removeFromWishlist(_, { userId, sku }: WishArgs, context) {
    if (!isIdentity(userId)) return null;
    await write(context, 'delete from accounts.wish where person_id = $1 and sku = $2', [userId, sku]);
    return await context.loaders.userById.load(userId);
  },

  async addToCart(_, { sku, quantity }: { sku: string; quantity: number }, context) {
    const id = whoAsks(context);
    if (quantity < 1) throw badInput(`quantity: expected at least 1, got ${quantity}`);
    await write(
      context,
      `insert into accounts.cart_item as item (person_id, sku, quantity) values ($1, $2, $3)
      on conflict (person_id, sku) do update set quantity = item.quantity + excluded.quantity`,
      [id, sku, quantity],
      { [FOREIGN_KEY_VIOLATION]: 'expected the token of a person that exists' },
    );
    return await cartOf(context, id);
  },

  async removeFromCart(_, { sku }: { sku: string }, context) {
    const id = whoAsks(context);
    await write(context, 'delete from accounts.cart_item where person_id = $1 and sku = $2', [id, sku]);
    return await cartOf(context, id);
  },

  async clearCart(_, __, context) {
    const id = whoAsks(context);
    await write(context, 'delete from accounts.cart_item where person_id = $1', [id]);
    return await cartOf(context, id);
  },
};

/** @param expected by SQLSTATE: what a client is told when the database refuses for that reason */
async function write(
  context: AccountsContext,
  text: string,
  values: readonly unknown[],
  expected: Readonly<Record<string, string>> = {},
): Promise<UserRow[]> {
  try {
    return await context.database.query<UserRow>(text, values);
  } catch (error) {
    const state = error instanceof Error && 'code' in error ? String(error.code) : '';
    const message = expected[state];
    if (message === undefined) throw error;
    throw badInput(message);
  } finally {
    // What was loaded before is old now.
    context.loaders = createAccountsLoaders(context.database);
  }
}

async function cartOf(context: AccountsContext, id: string): Promise<object> {
  return { items: await context.loaders.cart.load(id) };
}

function whoAsks({ subject }: AccountsContext): string {
  if (subject !== null && isIdentity(subject)) return subject;
  throw new GraphQLError('expected the token of a person', { extensions: { code: 'UNAUTHENTICATED' } });
}
