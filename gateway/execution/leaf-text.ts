// What kind of scalar a leaf is. Leaves are JSON texts: the first character tells most of it.

import { MINUS, NINE, QUOTE, ZERO } from '../cache/json-steps.ts';
import type { LeafCheck } from './output-selection.ts';

export const isStringText = (text: string): boolean => text.charCodeAt(0) === QUOTE;

export function isNumberText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === MINUS || (first >= ZERO && first <= NINE);
}

export const isIntegerText = (text: string): boolean => /^-?\d+$/.test(text);

export const isBooleanText = (text: string): boolean => text === 'true' || text === 'false';

/** GraphQL takes either for an ID. */
export const isIdText = (text: string): boolean => isStringText(text) || isIntegerText(text);

/** Is it what the type of its field lets through? */
export function isLeafText(text: string, check: LeafCheck): boolean {
  switch (check.kind) {
    case 'any':
      return true;
    case 'String':
      return isStringText(text);
    case 'ID':
      return isIdText(text);
    case 'Int':
      return isIntegerText(text);
    case 'Float':
      return isNumberText(text);
    case 'Boolean':
      return isBooleanText(text);
    case 'enum':
      return check.texts.has(text);
  }
}
