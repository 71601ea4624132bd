// Rules on the shape of the tree and of single files: names, length, barrels, notes to oneself, the top level.
import { parseAst } from 'vitest/node';
import type { Offence, SourceFile } from './tree.ts';

/** As the house is drawn; what is not here and not a dotfile does not belong at the top. */
const TOP_LEVEL: readonly string[] = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'gateway',
  'subgraphs',
  'schema',
  'test',
  'docker-compose.yml',
  'README.md',
  'LICENSE',
];
const LINES_MAX = 250;
const NAMES_THAT_SAY_NOTHING = /^(utils?|helpers?|commons?|types?|misc)(\.|$)/;
const NOTE_TO_ONESELF = /\b(TODO|FIXME)\b/;

export function topLevelOffences(names: readonly string[]): Offence[] {
  return names
    .filter((name) => !name.startsWith('.') && !TOP_LEVEL.includes(name))
    .map((path) => ({ path, did: 'stands at the top', rule: `the top level is ${TOP_LEVEL.join(' ')} and dotfiles` }));
}

export function shapeOffences(files: readonly SourceFile[]): Offence[] {
  return files.flatMap((file) => [
    ...nameOffences(file),
    ...noteOffences(file),
    ...(file.path.endsWith('.ts')
      ? [...lengthOffences(file), ...firstLineOffences(file), ...exportOffences(file)]
      : []),
  ]);
}

function nameOffences({ path }: SourceFile): Offence[] {
  const parts = path.split('/');
  const vague = parts.find((part) => NAMES_THAT_SAY_NOTHING.test(part));
  if (vague !== undefined) {
    return [
      {
        path,
        did: `is named ${vague}`,
        rule: 'a name says what a thing is for: no utils, helpers, common, types, misc',
      },
    ];
  }
  const barrel = /^index\.[cm]?ts$/.test(parts.at(-1) ?? '');
  return barrel ? [{ path, did: 'is an index file', rule: 'no barrels: import each file by its name' }] : [];
}

function noteOffences({ path, text }: SourceFile): Offence[] {
  // This rule and its tests must name the words.
  if (path.startsWith('test/unit/house/')) return [];
  return text.split('\n').flatMap((line, index) => {
    const note = NOTE_TO_ONESELF.exec(line);
    return note === null
      ? []
      : [{ path, line: index + 1, did: `holds a ${note[1]}`, rule: 'do it now, or write it in the tracker' }];
  });
}

function lengthOffences({ path, text }: SourceFile): Offence[] {
  const lineCount = text.trimEnd().split('\n').length;
  if (path.startsWith('test/') || lineCount <= LINES_MAX) return [];
  return [{ path, did: `has ${lineCount} lines`, rule: `product code is at most ${LINES_MAX}: split it by purpose` }];
}

function firstLineOffences({ path, text }: SourceFile): Offence[] {
  const [first, second] = text.split('\n');
  const line = first?.startsWith('#!') ? second : first;
  if (line !== undefined && /^\/[/*]/.test(line)) return [];
  return [{ path, line: 1, did: 'begins without a comment', rule: 'the first line of a file says what it is for' }];
}

function exportOffences({ path, text, broken }: SourceFile): Offence[] {
  if (broken !== undefined) return [{ path, did: 'cannot be parsed', rule: broken }];
  const { body } = parseAst(text, { lang: 'ts' }, path);
  const reExports = body.filter(
    (node) => node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null),
  );
  const others = body.filter((node) => node.type !== 'ImportDeclaration' && !reExports.includes(node));
  const offences: Offence[] = [];
  if (body.some((node) => node.type === 'ExportAllDeclaration') || (reExports.length > 0 && others.length === 0)) {
    offences.push({ path, did: 'passes on what other files export', rule: 'no barrels: import each file by its name' });
  }
  if (path !== 'test/vitest.config.ts' && body.some((node) => node.type === 'ExportDefaultDeclaration')) {
    offences.push({ path, did: 'has a default export', rule: 'exports have names' });
  }
  return offences;
}
