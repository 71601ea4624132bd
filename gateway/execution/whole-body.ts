// The body of an answer without errors: byte for byte what Apollo Server writes for it.

/** @param dataText JSON @returns of the encoding that the data's text has */
export const wholeBody = (dataText: string, extensionsText: string | null): string =>
  `{"data":${dataText}${extensionsText === null ? '' : `,"extensions":${extensionsText}`}}\n`;
