// The process in which Apollo's planner works.

import { createApolloPlanner } from './apollo-planner.ts';
import { hostPlanner } from './planner-host.ts';

hostPlanner(createApolloPlanner);
