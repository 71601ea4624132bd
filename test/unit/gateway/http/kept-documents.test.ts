// What Apollo Server keeps of operations is bounded by their texts: a document holds on to all of its own, comments too.

import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createKeptDocuments } from '../../../../gateway/http/kept-documents.ts';

const withComment = (name: string, length: number) => parse(`{ ${name} }#${'x'.repeat(length)}`);

it('keeps what was parsed', async () => {
  const documents = createKeptDocuments();
  const document = parse('{ a }');
  await documents.set('a', document);
  expect(await documents.get('a')).toBe(document);
});

it('forgets the least recently used where the texts are long, however little they ask for', async () => {
  const documents = createKeptDocuments();
  for (const name of ['a', 'b', 'c']) await documents.set(name, withComment(name, 400_000));
  expect(await documents.get('a')).toBeUndefined();
  expect(await documents.get('b')).toBeDefined();
  expect(await documents.get('c')).toBeDefined();
});
