// Holds the finder of the README's query.
import { expect, it } from 'vitest';
import { queryAfterHeading } from '../../services/readme-query.ts';

const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

it('takes the first graphql block after the heading, past blocks of other languages and deeper headings', () => {
  const readme = `# Freshet\n${block('graphql', '{ early }')}## Try it\n${block('sh', '# not a heading\nnpm start')}### Query\n${block('graphql', '{\n  wanted\n}')}${block('graphql', '{ late }')}`;
  expect(queryAfterHeading(readme, 'Try it')).toBe('{\n  wanted\n}');
});

it('takes no block of the next section', () => {
  const readme = `## Try it\nSoon.\n## Later\n${block('graphql', '{ late }')}`;
  expect(() => queryAfterHeading(readme, 'Try it')).toThrow('Expected a ```graphql block under the heading "Try it"');
});

it('says when there is no such heading', () => {
  expect(() => queryAfterHeading(block('graphql', '{ a }'), 'Try it')).toThrow('Expected a heading "Try it"');
});
