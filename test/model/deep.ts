// Searches the larger worlds: `node --max-old-space-size=6000 test/model/deep.ts`. Exit 1: something older than S is served.

import { type Configuration, deepConfigurations } from './configuration.ts';
import { wrongAnswer } from './question.ts';
import { designRules } from './rules.ts';
import { search } from './search.ts';

for (const configuration of Object.values<Configuration>(deepConfigurations)) {
  const { statesCount, tookMs, trace } = search(wrongAnswer, configuration, designRules, () => performance.now());
  console.info(`${configuration.name}: ${statesCount} states, ${Math.round(tookMs)} ms`);
  if (trace === undefined) continue;
  console.info(trace.join('\n'));
  process.exitCode = 1;
}
