// Asks a GraphQL endpoint over HTTP, with kept connections, and gives back all of the answer.
import { Pool } from 'undici';

export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly GraphQLFault[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

export interface GraphQLClient {
  /** @throws {Error} when there is no answer within 15 s, or one that is not JSON. */
  ask(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 15_000;
/** More than any test asks at once. */
const CONNECTION_COUNT = 128;

/** @param origin such as `http://127.0.0.1:4000`. Nobody need listen there yet. */
export function openGraphQLClient(origin: string): GraphQLClient {
  const pool = new Pool(origin, { connections: CONNECTION_COUNT, pipelining: 1 });
  return {
    async ask(query, variables, headers) {
      const response = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify(variables === undefined ? { query } : { query, variables }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.body.text();
      return { status: response.statusCode, headers: textHeaders(response.headers), body: bodyOf(text) };
    },
    close: () => pool.destroy(),
  };
}

function bodyOf(text: string): Answer['body'] {
  const body: unknown = JSON.parse(text);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new Error(`Expected an object as GraphQL answer, got ${text.slice(0, 200)}`);
}

function textHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
