// Extracts what a TypeScript file imports: statements, re-exports, dynamic imports, type imports, workers started by URL.
import { parseAst } from 'vitest/node';

export interface Import {
  /** As written: `./tag.ts`, `node:fs`, `pg`. */
  readonly specifier: string;
  readonly line: number;
}

/**
 * All imports of a file, in order. vitest's own parser does the reading, so strings and comments are never mistaken for imports.
 * @throws {SyntaxError} from the parser. @throws {Error} on a dynamic import of a computed name: no rule could be held against it.
 */
export function importsOf(text: string, file: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, offset: number): void => {
    found.push({ specifier, line: text.slice(0, offset).split('\n').length });
  };
  visit(parseAst(text, { lang: 'ts' }, file), (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    if (specifier.value === undefined) {
      const line = text.slice(0, node.start).split('\n').length;
      throw new Error(`${file}:${line} imports a computed name; write the name out`);
    }
    add(specifier.value, node.start);
  });
  return found;
}

/** What the parser has against a file, in one line; undefined when it can be parsed. */
export function whyUnreadable(text: string, file: string): string | undefined {
  try {
    parseAst(text, { lang: 'ts' }, file);
    return undefined;
  } catch (cause) {
    return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').slice(0, 200);
  }
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Undefined: this node imports nothing. A value of undefined: it imports something that only running it would tell. */
function specifierOf(node: Node): { readonly value: string | undefined } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return { value: literal(node.source) };
    case 'ExportNamedDeclaration':
      return node.source === null ? undefined : { value: literal(node.source) };
    case 'TSExternalModuleReference':
      return { value: literal(node.expression) };
    case 'CallExpression':
      return isNode(node.callee) && node.callee.type === 'Identifier' && node.callee.name === 'require'
        ? { value: literal(firstOf(node.arguments)) }
        : undefined;
    case 'NewExpression':
      return moduleUrl(node);
    default:
      return undefined;
  }
}

/** `new URL('./worker.ts', import.meta.url)`: how a worker or a child process is given another file of ours. */
function moduleUrl(node: Node): { readonly value: string } | undefined {
  if (!isNode(node.callee) || node.callee.type !== 'Identifier' || node.callee.name !== 'URL') return undefined;
  const path = literal(firstOf(node.arguments));
  return path?.endsWith('.ts') === true && path.startsWith('.') ? { value: path } : undefined;
}

function literal(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) see(value);
  for (const child of Object.values(value)) visit(child, see);
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    typeof value.start === 'number'
  );
}
