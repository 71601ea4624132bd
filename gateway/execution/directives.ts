// Directives that a client wrote and that subgraphs are told: an answer may depend on them, so they are part of its name.

import { type ASTNode, type DirectiveNode, print, visit } from 'graphql';
import { type CanonicalName, canonicalName, type VariableValues, written } from './canonical-name.ts';

/** Those of one field, one fragment or the operation. */
export interface Directives {
  /** `@loud(how: $how) @slow`; empty without. */
  readonly text: string;
  /** Variables that their arguments use. */
  readonly variables: readonly string[];
  /** What keeps apart answers to other ones; empty without. */
  readonly canonical: CanonicalName;
}

/** How a field stands in a fetch, within one object: as it may stand there several times, in fragments or not. */
export interface Occurrence {
  /** Of the fragments around it, the outermost first; those without directives are left out. */
  readonly around: readonly Directives[];
  readonly own: Directives;
}

export const NO_DIRECTIVES: Directives = { text: '', variables: [], canonical: '' };

/** @param defaults of the operation's variables */
export function readDirectives(nodes: readonly DirectiveNode[] | undefined, defaults: VariableValues): Directives {
  if (nodes === undefined || nodes.length === 0) return NO_DIRECTIVES;
  const names = nodes.map((node) => canonicalName(`@${node.name.value}`, node.arguments ?? [], defaults));
  return {
    text: nodes.map((node) => print(node)).join(' '),
    variables: nodes.flatMap(variablesOf),
    canonical: joined(names, (texts) => texts.join(' ')),
  };
}

/** Variables that are used anywhere below. */
export function variablesOf(node: ASTNode): readonly string[] {
  const names = new Set<string>();
  visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return [...names];
}

export const isPlain = ({ around, own }: Occurrence): boolean => around.length === 0 && own === NO_DIRECTIVES;

/** Is it another one than these? The same a second time says nothing new. */
export const isNew = (occurrence: Occurrence, known: readonly Occurrence[]): boolean =>
  known.every((one) => one.own.text !== occurrence.own.text || textsAround(one) !== textsAround(occurrence));

const textsAround = ({ around }: Occurrence): string => around.map(({ text }) => text).join('\n');

/** The name of a field's value that depends on how it stands in the fetch. */
export const toldName = (name: CanonicalName, occurrences: readonly Occurrence[]): CanonicalName =>
  joined([name, ...occurrences.map(occurrenceName)], (texts) => texts.join(' '));

const occurrenceName = ({ around, own }: Occurrence): CanonicalName =>
  joined(
    [...around, own].map(({ canonical }) => canonical),
    (texts) => JSON.stringify(texts),
  );

function joined(names: readonly CanonicalName[], write: (texts: readonly string[]) => string): CanonicalName {
  const made = (variables: VariableValues): string => write(names.map((name) => written(name, variables)));
  return names.every((name) => typeof name === 'string') ? made({}) : made;
}
