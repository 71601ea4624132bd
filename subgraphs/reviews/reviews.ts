// The reviews subgraph as a whole: its contract, its resolvers, what a request holds.

import { readFileSync } from 'node:fs';
import type { Database } from '../kit/postgres.ts';
import type { RequestContext, SubgraphDefinition } from '../kit/subgraph.ts';
import { createReviewsLoaders, type ReviewsLoaders } from './loaders.ts';
import { reviewsResolvers } from './resolvers.ts';

export interface ReviewsContext extends RequestContext {
  readonly database: Database;
  /** Made anew after each write of the request. */
  loaders: ReviewsLoaders;
}

/** @param database migrated; closed by who opened it, after the subgraph has stopped */
export function reviewsSubgraph(database: Database): SubgraphDefinition<ReviewsContext> {
  return {
    name: 'reviews',
    sdl: readFileSync(new URL('../../schema/reviews.graphql', import.meta.url), 'utf8'),
    resolvers: reviewsResolvers,
    context: (request) => ({ ...request, database, loaders: createReviewsLoaders(database) }),
  };
}
