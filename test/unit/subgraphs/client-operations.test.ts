// The client operations that a change must not break: valid, of every feature, readable by their reader.
import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { buildApiSchema } from '../../../gateway/federation/api-schema.ts';
import { readClientOperations } from '../../../schema/operations.ts';

const supergraph = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const schema = buildApiSchema(parse(supergraph));
const operations = readClientOperations();

it.each(operations)('$kind $name is valid for the supergraph', ({ text }) => {
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});

it('there are at least 60 queries and a mutation for every field of Mutation', () => {
  expect(operations.filter(({ kind }) => kind === 'query').length).toBeGreaterThanOrEqual(60);
  const texts = operations.filter(({ kind }) => kind === 'mutation').map(({ text }) => text);
  const fields = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(
    fields.filter((field) => !texts.some((text) => text.includes(`${field}(`) || text.includes(`${field} {`))),
  ).toEqual([]);
});

it('there is a query for every field of Query', () => {
  const texts = operations.filter(({ kind }) => kind === 'query').map(({ text }) => text);
  const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
  expect(fields.filter((field) => !texts.some((text) => new RegExp(`\\b${field}\\b`).test(text)))).toEqual([]);
});

it('comments say who asks and which errors come', () => {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  expect(byName.get('me')).toMatchObject({ subject: '1', errorCodes: [], variables: {} });
  expect(byName.get('error-beside-requires')).toMatchObject({ subject: null, errorCodes: ['NOT_SERVED', 'NO_RATE'] });
  expect(byName.get('product-by-upc')?.variables).toEqual({ upc: '1' });
});
