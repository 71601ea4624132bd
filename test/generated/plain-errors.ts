// Errors without what a gateway adds to those of subgraphs: what can be held to a schema that has no subgraphs.

import type { Told } from './contestants.ts';

/** @returns message, path and code of each, sorted */
export const plainErrors = ({ errors }: Pick<Told, 'errors'>): readonly string[] =>
  errors
    .map((text) => {
      if (!text.startsWith('{')) return text;
      const { message, path, extensions } = JSON.parse(text);
      return JSON.stringify([message, path, extensions?.code]);
    })
    .sort();
