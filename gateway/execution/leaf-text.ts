// What kind of scalar a leaf is. Leaves are JSON texts: the first character tells most of it.

const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

export const isStringText = (text: string): boolean => text.charCodeAt(0) === QUOTE;

export function isNumberText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === MINUS || (first >= ZERO && first <= NINE);
}

export const isIntegerText = (text: string): boolean => /^-?\d+$/.test(text);

export const isBooleanText = (text: string): boolean => text === 'true' || text === 'false';

/** GraphQL takes either for an ID. */
export const isIdText = (text: string): boolean => isStringText(text) || isIntegerText(text);
