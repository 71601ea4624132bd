// Steps over JSON text that is cut without parsing it: what stands at a place is taken, or the place stays.

export interface JsonPlace {
  readonly text: string;
  at: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const CONTROL = /[\u0000-\u001f]/;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const ZERO = 0x30;
export const NINE = 0x39;
export const OPENING_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSING_BRACKET = 0x5d;
export const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;
/** Digits of a whole number that is safe, whatever it is. */
export const SAFE_DIGITS = 15;

export function take(place: JsonPlace, code: number): boolean {
  if (place.text.charCodeAt(place.at) !== code) return false;
  place.at += 1;
  return true;
}

export function word(place: JsonPlace, text: string): boolean {
  if (!place.text.startsWith(text, place.at)) return false;
  place.at += text.length;
  return true;
}

/** Behind the quote that ends the string which begins at `at`; null where it does not end. */
export function stringEnd(text: string, at: number): number | null {
  let end = at + 1;
  for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
    if (Number.isNaN(code)) return null;
    end += code === BACKSLASH ? 2 : 1;
  }
  return end + 1;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** A number as it is written; undefined where none stands. */
export function numberText(place: JsonPlace): string | undefined {
  NUMBER.lastIndex = place.at;
  const [text] = NUMBER.exec(place.text) ?? [];
  if (text !== undefined) place.at += text.length;
  return text;
}
