// The process in which Hive's planner works.

import { createHivePlanner } from './hive-planner.ts';
import { hostPlanner } from './planner-host.ts';

hostPlanner(createHivePlanner);
