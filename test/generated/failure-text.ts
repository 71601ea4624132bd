// A wrong answer in words: what was asked of whom, what came, what is right.

import type { Failure } from './run-world.ts';

export function failureText({ world, planner, asked, why, told, question, sent }: Failure): string {
  const { apollo, right } = question;
  return [
    '',
    `WRONG, seed ${world.seed}, planner ${planner}: ${why}`,
    ...asked
      .slice(-1)
      .map(
        ({ query, variables, how }) =>
          `${how}, after ${asked.length - 1} others: ${query} ${JSON.stringify(variables)}`,
      ),
    `ours:   ${told.data} ${told.errors.join(' ')}`,
    'threw' in apollo ? `Apollo’s threw: ${apollo.threw}` : `Apollo’s: ${apollo.data} ${apollo.errors.join(' ')}`,
    `right:  ${right.data} ${right.errors.join(' ')}`,
    'sent:',
    ...sent.map((request) => `  ${request}`),
  ].join('\n');
}
