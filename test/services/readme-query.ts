// Finds in the README the query that it tells people to try.

/**
 * The first ```graphql block after the heading.
 * @param heading its words, at any level: `Try it`.
 * @throws {Error} when the heading or a block after it (and before the next heading of the same or a higher level) is missing.
 */
export function queryAfterHeading(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const at = lines.findIndex((line) => headingOf(line)?.words.toLowerCase() === heading.toLowerCase());
  const level = headingOf(lines[at] ?? '')?.level;
  if (level === undefined) throw new Error(`Expected a heading "${heading}" in the README, found none`);
  const section = linesUntilHeading(lines.slice(at + 1), level);
  const opens = section.findIndex((line) => /^\s*```graphql\b/.test(line));
  const closes = section.findIndex((line, index) => index > opens && /^\s*```\s*$/.test(line));
  if (opens === -1 || closes === -1) {
    throw new Error(`Expected a \`\`\`graphql block under the heading "${heading}" of the README, found none`);
  }
  return section
    .slice(opens + 1, closes)
    .join('\n')
    .trim();
}

function linesUntilHeading(lines: readonly string[], level: number): readonly string[] {
  let inBlock = false;
  const end = lines.findIndex((line) => {
    // A comment in a shell block looks like a heading.
    if (/^\s*```/.test(line)) inBlock = !inBlock;
    const found = inBlock ? undefined : headingOf(line);
    return found !== undefined && found.level <= level;
  });
  return end === -1 ? lines : lines.slice(0, end);
}

function headingOf(line: string): { readonly level: number; readonly words: string } | undefined {
  const [, marks, words] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? [];
  return marks === undefined || words === undefined ? undefined : { level: marks.length, words };
}
