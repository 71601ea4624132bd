// Changes what people think. Each in one transaction; what is answered is read after it.

import type { GraphQLFieldResolver } from 'graphql';
import { badInput } from '../kit/connection.ts';
import { isIdentity } from '../kit/identity.ts';
import { createReviewsLoaders, REVIEW_COLUMNS, type ReviewRow } from './loaders.ts';
import type { ReviewsContext } from './reviews.ts';

interface AddReviewInput {
  readonly upc: string;
  readonly authorId?: string | null;
  readonly authorUsername?: string | null;
  readonly rating: number;
  readonly title?: string | null;
  readonly body?: string | null;
  readonly language: string;
}

interface EditReviewInput {
  readonly rating?: number | null;
  readonly title?: string | null;
  readonly body?: string | null;
}

interface LikeArgs {
  readonly id: string;
  readonly userId: string;
}

type Mutations = Record<string, GraphQLFieldResolver<unknown, ReviewsContext>>;

export const reviewsMutations: Mutations = {
  async addReview(_, { input }: { input: AddReviewInput }, context) {
    const { upc, authorId = null, authorUsername = null, rating, title = null, body = null, language } = input;
    checkRating(rating);
    if ((authorId === null) !== (authorUsername === null))
      throw badInput('expected authorId and authorUsername together');
    if (authorId !== null) checkId('authorId', authorId);
    const [review] = await write(
      context,
      `insert into reviews.review (upc, author_id, author_username, rating, title, body, language)
      values ($1, $2, $3, $4, $5, $6, $7) returning ${REVIEW_COLUMNS}`,
      [upc, authorId, authorUsername, rating, title, body, language],
    );
    return review;
  },

  async editReview(_, { id, input }: { id: string; input: EditReviewInput }, context) {
    if (!isIdentity(id)) return null;
    const { rating, title, body } = input;
    if (rating !== null && rating !== undefined) checkRating(rating);
    // What may not be null in the database stays when null is given.
    const changes: Record<string, unknown> = { rating: rating ?? undefined, title, body };
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const assignments = given.map(([column], index) => `${column} = $${index + 2}, `).join('');
    const [review] = await write(
      context,
      `update reviews.review set ${assignments} edited_at = now() where id = $1 returning ${REVIEW_COLUMNS}`,
      [id, ...given.map(([, value]) => value)],
    );
    return review ?? null;
  },

  async moveReview(_, { id, upc }: { id: string; upc: string }, context) {
    if (!isIdentity(id)) return null;
    const [review] = await write(
      context,
      `update reviews.review set upc = $2 where id = $1 returning ${REVIEW_COLUMNS}`,
      [id, upc],
    );
    return review ?? null;
  },

  async deleteReview(_, { id }: { id: string }, context) {
    if (!isIdentity(id)) return false;
    return (await write(context, 'delete from reviews.review where id = $1 returning id', [id])).length > 0;
  },

  async voteHelpful(_, { id }: { id: string }, context) {
    if (!isIdentity(id)) return null;
    const [review] = await write(
      context,
      `update reviews.review set helpful_count = helpful_count + 1 where id = $1 returning ${REVIEW_COLUMNS}`,
      [id],
    );
    return review ?? null;
  },

  async likeMedia(_, { id, userId }: LikeArgs, context) {
    checkId('id', id);
    checkId('userId', userId);
    await write(
      context,
      'insert into reviews.media_like (media_id, person_id) values ($1, $2) on conflict do nothing',
      [id, userId],
    );
    return { id };
  },

  async unlikeMedia(_, { id, userId }: LikeArgs, context) {
    checkId('id', id);
    checkId('userId', userId);
    await write(context, 'delete from reviews.media_like where media_id = $1 and person_id = $2', [id, userId]);
    return { id };
  },
};

async function write(context: ReviewsContext, text: string, values: readonly unknown[]): Promise<ReviewRow[]> {
  try {
    return await context.database.query<ReviewRow>(text, values);
  } finally {
    // What was loaded before is old now.
    context.loaders = createReviewsLoaders(context.database);
  }
}

function checkRating(rating: number): void {
  if (rating < 1 || rating > 5) throw badInput(`rating: expected 1 to 5, got ${rating}`);
}

function checkId(name: string, id: string): void {
  if (!isIdentity(id)) throw badInput(`${name}: expected a whole number above 0, got ${JSON.stringify(id)}`);
}
