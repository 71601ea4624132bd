// Answers the queries of the reviews subgraph.

import type { GraphQLResolverMap } from '@apollo/subgraph';
import { badInput, type Connection, type PageArgs, readLength, readPage, toConnection } from '../kit/connection.ts';
import { dateTime } from '../kit/scalars.ts';
import type { ReviewRow } from './loaders.ts';
import { reviewsMutations } from './mutations.ts';
import { type ReviewFilter, type ReviewOrder, reviewOrder } from './review-list.ts';
import type { ReviewsContext } from './reviews.ts';

interface ReviewListInput extends PageArgs {
  readonly filter?: ReviewFilter | null;
  readonly orderBy: ReviewOrder;
}

interface ProductReference {
  readonly upc: string;
}

interface ById {
  readonly id: string;
}

/** Any product, person or medium may be asked about: this subgraph does not know which there are. */
const asReferenced = <Reference>(reference: Reference): Reference => reference;

export const reviewsResolvers: GraphQLResolverMap<ReviewsContext> = {
  DateTime: dateTime,

  Query: {
    review: (_: unknown, { id }: ById, { loaders }) => loaders.reviewById.load(id),
    reviews: async (_: unknown, { filter = null, orderBy, ...args }: ReviewListInput, { loaders }) => {
      const page = readPage(args, reviewOrder(orderBy).terms.length);
      const rows = await loaders.reviews.load({ filter, orderBy, page });
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.reviewCount.load(filter),
      );
    },
    reviewCount: (_: unknown, { filter = null }: { filter?: ReviewFilter | null }, { loaders }) =>
      loaders.reviewCount.load(filter),
    topRated: async (_: unknown, { first, minReviews }: { first: number; minReviews: number }, { loaders }) => {
      const upcs = await loaders.topRatedUpcs.load({ firstCount: readLength('first', first), minReviews });
      return upcs.map((upc) => ({ upc }));
    },
    mostLikedMedia: async (_: unknown, { first }: { first: number }, { loaders }) => {
      const ids = await loaders.mostLikedMedia.load(readLength('first', first));
      return ids.map((id) => ({ id }));
    },
  },

  Mutation: reviewsMutations,

  Review: {
    __resolveReference: ({ id }: ById, { loaders }: ReviewsContext) => loaders.reviewById.load(id),
    body: ({ body }: ReviewRow, { maxLength = null }: { maxLength?: number | null }) =>
      body === null ? null : cut(body, maxLength),
    author: ({ authorId, authorUsername }: ReviewRow) =>
      authorId === null ? null : { id: authorId, username: authorUsername },
    product: ({ upc }: ReviewRow) => ({ upc }),
    boughtFrom: ({ warehouseId, upc }: ReviewRow) =>
      warehouseId === null ? null : { warehouse: { id: warehouseId }, upc },
  },

  Product: {
    __resolveReference: asReferenced,
    reviews: async (
      { upc }: ProductReference,
      { filter = null, orderBy, ...args }: ReviewListInput,
      { loaders },
    ): Promise<Connection<ReviewRow>> => {
      const page = readPage(args, reviewOrder(orderBy).terms.length);
      const rows = await loaders.productReviews.with({ filter, orderBy, page }).load(upc);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.productReviewCount.with(filter).load(upc),
      );
    },
    reviewCount: async ({ upc }: ProductReference, _: unknown, { loaders }) =>
      (await loaders.ratings.load(upc))?.count ?? 0,
    averageRating: async ({ upc }: ProductReference, _: unknown, { loaders }) =>
      (await loaders.ratings.load(upc))?.average ?? null,
    ratings: async ({ upc }: ProductReference, _: unknown, { loaders }) =>
      (await loaders.ratings.load(upc))?.perStar ?? [0, 0, 0, 0, 0],
  },

  User: {
    __resolveReference: asReferenced,
    reviews: async (
      { id }: ById,
      { orderBy, ...args }: ReviewListInput,
      { loaders },
    ): Promise<Connection<ReviewRow>> => {
      const page = readPage(args, reviewOrder(orderBy).terms.length);
      const rows = await loaders.userReviews.with({ filter: null, orderBy, page }).load(id);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.userReviewCount.load(id),
      );
    },
    reviewCount: ({ id }: ById, _: unknown, { loaders }) => loaders.userReviewCount.load(id),
  },

  Media: {
    __resolveReference: asReferenced,
    likeCount: ({ id }: ById, _: unknown, { loaders }) => loaders.likeCount.load(id),
  },
};

/** By characters, not by halves of them. */
function cut(text: string, maxLength: number | null): string {
  if (maxLength === null) return text;
  if (maxLength < 1) throw badInput(`maxLength: expected at least 1, got ${maxLength}`);
  const characters = [...text];
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
