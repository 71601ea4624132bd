// Texts that stand for bytes: one character for each byte of what the text is in UTF-8. Cut, joined and written without encoding anything.

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is ASCII is the same in both
const NOT_ASCII = /[^\x00-\x7f]/;

export const toByteText = (text: string): string =>
  NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text;

export const bytesOfByteText = (text: string): Buffer => Buffer.from(text, 'latin1');
