// A profile is told by the functions that took the time themselves.
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { largestCosts } from '../../bench/profile/costs.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 0 });
const ours = pathToFileURL(`${process.cwd()}/gateway/cache/l1.ts`).href;

it('adds up a function over all places that it was called from, leaves out idling, and names the file from the top', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)', '') },
    { id: 2, callFrame: frame('(idle)', '') },
    { id: 3, callFrame: frame('find', ours) },
    { id: 4, callFrame: frame('find', ours) },
    { id: 5, callFrame: frame('', 'node:net') },
    { id: 6, callFrame: frame('(garbage collector)', '') },
  ];
  const costs = largestCosts({ nodes, samples: [2, 3, 4, 5, 6, 1], timeDeltas: [900, 30, 30, 30, 10, 5] }, 2);
  expect(costs).toEqual([
    { functionName: 'find', place: 'gateway/cache/l1.ts', share: 0.6 },
    { functionName: '(anonymous)', place: 'node:net', share: 0.3 },
  ]);
});
