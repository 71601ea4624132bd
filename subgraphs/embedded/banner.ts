// What `npm start` says: what runs, how to replace it, something to try.

import type { RunningSystem } from './system.ts';

const SAMPLE =
  '{ product(upc: "1") { name price inStock reviews(first: 2) { nodes { rating title author { username } } } } }';

/** The last line is `freshet ready at …`: programs wait for it. */
export function banner({ gateway, parts }: RunningSystem): string {
  const url = `${gateway.publicOrigin}/graphql`;
  const width = Math.max(...parts.map(({ name }) => name.length));
  const rows = parts.map(({ name, what, replacedBy }) => {
    const hint = replacedBy === null ? '' : `   (another: ${replacedBy}=…)`;
    return `  ${name.padEnd(width)}  ${what}${hint}`;
  });
  return [
    '',
    ...rows,
    '',
    'Ask it something:',
    `  curl -s ${url} -H 'content-type: application/json' \\`,
    `    -d '${JSON.stringify({ query: SAMPLE })}'`,
    '',
    `management at ${gateway.managementOrigin} (/metrics, /readyz)`,
    `freshet ready at ${url}`,
  ].join('\n');
}
