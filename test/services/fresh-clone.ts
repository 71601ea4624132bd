// `node test/services/fresh-clone.ts [REPOSITORY]`: clones the commit that is checked out and takes the README's first steps in it.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeFirstSteps } from './first-steps.ts';

const argument = process.argv[2];
if (argument === '--help' || argument === '-h') {
  console.log(
    'Clones a checkout\'s commit and does what its README says: npm ci, npm start, the query under "Try it", stop.\n\n' +
      'Usage: node test/services/fresh-clone.ts [REPOSITORY]',
  );
} else {
  const repository = argument === undefined ? fileURLToPath(new URL('../..', import.meta.url)) : resolve(argument);
  await takeFirstSteps(repository, { say: (line) => console.log(line), stopTimeoutMs: 60_000 });
}
