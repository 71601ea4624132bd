// One GraphQL request in each form that a client may send it: by POST or GET, by text, by hash, or by both.
import { createHash } from 'node:crypto';
import { ask, type RawAnswer } from './door.ts';

export interface Question {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string | null;
  readonly extensions?: unknown;
}

type Headers = Readonly<Record<string, string>>;
type Send = (origin: string, question: Question, headers?: Headers) => Promise<RawAnswer>;

const PREFLIGHT = { 'apollo-require-preflight': '1' };

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The extension that names a text by its hash. */
export const persisted = (query: string): object => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });

export const byPost: Send = (origin, question, headers = {}) =>
  ask(origin, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(question) });

export const byGet: Send = (origin, question, headers = PREFLIGHT) =>
  ask(origin, { method: 'GET', path: `/graphql?${searchOf(question)}`, headers });

export function searchOf(question: object): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(question)) {
    if (value !== undefined && value !== null)
      search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return search;
}

const withHash = ({ extensions, ...question }: Question): Question => ({
  ...question,
  extensions: { ...(extensions as object | null), ...persisted(question.query) },
});

function hashAlone(question: Question): Question {
  const { query: _query, ...rest } = withHash(question);
  return rest as Question;
}

/** The order in which a client that registers its operations would come to them. */
export const TRANSPORTS: Readonly<Record<string, Send>> = {
  'POST of the text': byPost,
  'POST of text and hash': (origin, question, headers) => byPost(origin, withHash(question), headers),
  'POST of the hash': (origin, question, headers) => byPost(origin, hashAlone(question), headers),
  'GET of the text': (origin, question, headers = {}) => byGet(origin, question, { ...PREFLIGHT, ...headers }),
  'GET of text and hash': (origin, question, headers = {}) =>
    byGet(origin, withHash(question), { ...PREFLIGHT, ...headers }),
  'GET of the hash': (origin, question, headers = {}) =>
    byGet(origin, hashAlone(question), { ...PREFLIGHT, ...headers }),
};

/** Status, body and content type: what plain Apollo Server decides too. It adds CORS headers of its own. */
export function essence({ status, headers, text }: RawAnswer) {
  return { status, text, type: headers['content-type'] };
}
