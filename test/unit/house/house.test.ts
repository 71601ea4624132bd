// Holds this checkout to the two import tables of the house and to its rules of shape; each failure names the file, the line and the rule.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { doorOffences } from './door-rules.ts';
import { roomOffences } from './room-rules.ts';
import { shapeOffences, topLevelOffences } from './shape-rules.ts';
import { describeOffence, readTree, topLevelNames } from './tree.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const files = readTree(top);

it('sees the files of every room', () => {
  for (const room of ['gateway', 'subgraphs', 'schema', 'test']) {
    expect(files.some((file) => file.path.startsWith(`${room}/`))).toBe(true);
  }
});

it('lets each room import only what its row of the table allows', () => {
  expect(roomOffences(files).map(describeOffence)).toEqual([]);
});

it('lets each outside package in by its one door', () => {
  expect(doorOffences(files).map(describeOffence)).toEqual([]);
});

it('keeps names that say something, files within 250 lines, no barrels and no notes to oneself', () => {
  expect(shapeOffences(files).map(describeOffence)).toEqual([]);
});

it('keeps the top level as it is drawn', () => {
  expect(topLevelOffences(topLevelNames(top)).map(describeOffence)).toEqual([]);
});
