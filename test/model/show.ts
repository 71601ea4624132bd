// Prints the shortest trace of every mutant whose name holds a word: `node test/model/show.ts horizon`.

import { configurations } from './configuration.ts';
import { mutants } from './mutants.ts';
import { wrongAnswer } from './question.ts';
import { designRules } from './rules.ts';
import { search } from './search.ts';

const word = process.argv[2] ?? '';
for (const { name, world, change } of mutants.filter((mutant) => mutant.name.includes(word))) {
  const { trace } = search(wrongAnswer, configurations[world], { ...designRules, ...change }, () => performance.now());
  console.info([`# ${name} (${configurations[world].name})`, ...(trace ?? ['nothing found']), ''].join('\n'));
}
