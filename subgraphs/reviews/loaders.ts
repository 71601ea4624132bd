// What one request loads of reviews: each of these is one statement for all that the request asks of it.

import type { Page } from '../kit/connection.ts';
import { byIdentity } from '../kit/identity.ts';
import {
  createLoader,
  createLoaderFamily,
  createQueryLoader,
  type Loader,
  type LoaderFamily,
  rowPerKey,
  rowsPerKey,
} from '../kit/loader.ts';
import { countAll, countPerParent, type Placed, readPages, readRootPage } from '../kit/paged-list.ts';
import type { Sql } from '../kit/postgres.ts';
import { createRowLoader } from '../kit/row-loader.ts';
import { filterOf, type ReviewFilter, type ReviewOrder, reviewOrder } from './review-list.ts';

export interface ReviewRow {
  readonly id: string;
  readonly upc: string;
  readonly authorId: string | null;
  readonly authorUsername: string | null;
  readonly rating: number;
  readonly title: string | null;
  readonly body: string | null;
  readonly language: string;
  readonly verified: boolean;
  readonly helpfulCount: number;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly warehouseId: string | null;
}

export interface RatingsRow {
  readonly upc: string;
  readonly count: number;
  readonly average: number;
  /** Of one star, two stars, … */
  readonly perStar: readonly number[];
}

export interface ReviewListArgs {
  readonly filter: ReviewFilter | null;
  readonly orderBy: ReviewOrder;
  readonly page: Page;
}

export interface ReviewsLoaders {
  readonly reviewById: Loader<string, ReviewRow | null>;
  readonly reviews: Loader<ReviewListArgs, Placed<ReviewRow>[]>;
  readonly reviewCount: Loader<ReviewFilter | null, number>;
  readonly productReviews: LoaderFamily<ReviewListArgs, string, Placed<ReviewRow>[]>;
  readonly productReviewCount: LoaderFamily<ReviewFilter | null, string, number>;
  /** Null: not one review. */
  readonly ratings: Loader<string, RatingsRow | null>;
  readonly userReviews: LoaderFamily<ReviewListArgs, string, Placed<ReviewRow>[]>;
  readonly userReviewCount: Loader<string, number>;
  readonly likeCount: Loader<string, number>;
  readonly topRatedUpcs: Loader<{ readonly firstCount: number; readonly minReviews: number }, readonly string[]>;
  readonly mostLikedMedia: Loader<number, readonly string[]>;
}

export const REVIEW_COLUMNS = `review.id::text, review.upc, review.author_id::text as "authorId",
  review.author_username as "authorUsername", review.rating, review.title, review.body, review.language, review.verified,
  review.helpful_count as "helpfulCount", review.created_at as "createdAt", review.edited_at as "editedAt",
  review.warehouse_id as "warehouseId"`;

const REVIEWS = { columns: REVIEW_COLUMNS, from: 'reviews.review' };
const OF_PRODUCT = { sql: 'review.upc', type: 'text' };
const OF_USER = { sql: 'review.author_id', type: 'bigint' };
const OF_MEDIA = { sql: 'media_id', type: 'bigint' };

/** For one request. */
export function createReviewsLoaders(sql: Sql): ReviewsLoaders {
  return {
    reviewById: createRowLoader<ReviewRow>(sql, REVIEWS, { sql: 'id', type: 'bigint' }, (row) => row.id),
    reviews: createQueryLoader(({ filter, orderBy, page }: ReviewListArgs) =>
      readRootPage<ReviewRow>(sql, { ...REVIEWS, where: filterOf(filter) }, reviewOrder(orderBy), page),
    ),
    reviewCount: createQueryLoader((filter: ReviewFilter | null) =>
      countAll(sql, { from: 'reviews.review', where: filterOf(filter) }),
    ),
    productReviews: createLoaderFamily(async (upcs: readonly string[], { filter, orderBy, page }: ReviewListArgs) => {
      const source = { ...REVIEWS, where: filterOf(filter) };
      const rows = await readPages<ReviewRow>(sql, source, OF_PRODUCT, reviewOrder(orderBy), page, upcs);
      return rowsPerKey(upcs, rows, (row) => row.parentKey);
    }),
    productReviewCount: createLoaderFamily((upcs: readonly string[], filter: ReviewFilter | null) =>
      countPerParent(sql, { from: 'reviews.review', where: filterOf(filter) }, OF_PRODUCT, upcs),
    ),
    ratings: createLoader(async (upcs: readonly string[]) =>
      rowPerKey(upcs, await sql.query<RatingsRow>(RATINGS, [upcs]), (row) => row.upc),
    ),
    userReviews: createLoaderFamily((ids: readonly string[], { orderBy, page }: ReviewListArgs) =>
      byIdentity<Placed<ReviewRow>[]>(ids, [], async (possible) =>
        rowsPerKey(
          possible,
          await readPages<ReviewRow>(sql, REVIEWS, OF_USER, reviewOrder(orderBy), page, possible),
          (row) => row.parentKey,
        ),
      ),
    ),
    userReviewCount: createLoader((ids: readonly string[]) =>
      byIdentity(ids, 0, (possible) => countPerParent(sql, { from: 'reviews.review' }, OF_USER, possible)),
    ),
    likeCount: createLoader((ids: readonly string[]) =>
      byIdentity(ids, 0, (possible) => countPerParent(sql, { from: 'reviews.media_like' }, OF_MEDIA, possible)),
    ),
    topRatedUpcs: createQueryLoader(
      async ({ firstCount, minReviews }: { readonly firstCount: number; readonly minReviews: number }) =>
        (await sql.query<{ upc: string }>(TOP_RATED, [firstCount, minReviews])).map(({ upc }) => upc),
    ),
    mostLikedMedia: createQueryLoader(async (firstCount: number) =>
      (await sql.query<{ id: string }>(MOST_LIKED, [firstCount])).map(({ id }) => id),
    ),
  };
}

const RATINGS = `select upc, count(*)::integer as count, round(avg(rating), 2)::double precision as average,
    array[count(*) filter (where rating = 1), count(*) filter (where rating = 2), count(*) filter (where rating = 3),
      count(*) filter (where rating = 4), count(*) filter (where rating = 5)]::integer[] as "perStar"
  from reviews.review where upc = any($1::text[]) group by upc`;

const TOP_RATED = `select upc from reviews.review group by upc having count(*) >= $2
  order by avg(rating) desc, count(*) desc, upc limit $1`;

const MOST_LIKED = `select media_id::text as id from reviews.media_like group by media_id order by count(*) desc, media_id limit $1`;
