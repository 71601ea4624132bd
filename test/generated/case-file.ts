// A failing case as a test: the body of a file under test/regression.

import type { World } from './contestants.ts';
import type { Failure } from './run-world.ts';

/** @returns a whole test file; it says where it belongs */
export function caseFile({ world, planner, asked, why }: Failure): string {
  const subgraphs = world.subgraphs
    .map(({ name, typeDefs }) => `  { name: '${name}', typeDefs: ${templateOf(typeDefs)} },`)
    .join('\n');
  const questions = asked.map(
    ({ query, variables, how }) =>
      `  { how: '${how}', query: ${templateOf(query)}, variables: ${JSON.stringify(variables)} },`,
  );
  return `// Found by \`npm run generated\`, seed ${world.seed}: ${why}.
// Put it into test/regression/execution/generated-${world.seed}.test.ts and name it for what it shows.

import { it } from 'vitest';
import { expectRight } from '../../generated/expect-right.ts';

const SUBGRAPHS = [
${subgraphs}
];

it('is what the merged data says', () =>
  expectRight(${JSON.stringify(worldOptions(world))}, SUBGRAPHS, '${planner}', [
${questions.join('\n')}
  ]));
`;
}

const worldOptions = ({ seed, faultPercent, unknownPercent, lifetimesMs }: World) => ({
  seed,
  faultPercent,
  unknownPercent,
  lifetimesMs,
});

const templateOf = (text: string): string =>
  `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;
