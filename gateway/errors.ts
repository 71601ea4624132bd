// Every error of the gateway by code: its HTTP status, whether asking again helps, and what it means.

export interface ErrorKind {
  /** What an HTTP client gets when this error is the whole answer. */
  readonly httpStatus: number;
  /** May the same request succeed later with nobody changing anything? */
  readonly retryable: boolean;
  /** For the README and for operators. */
  readonly sentence: string;
}

export const ERRORS = {
  // At start
  NODE_TOO_OLD: kind(500, 'final', 'This Node.js is older than the oldest one that runs Freshet.'),
  CONFIG_UNREADABLE: kind(500, 'final', 'The config file is not there, may not be read, or is not YAML.'),
  CONFIG_INVALID: kind(500, 'final', 'The config, a flag or an environment variable has a value that cannot be.'),
  PORT_IN_USE: kind(500, 'retryable', 'Another program listens on the port.'),
  ADDRESS_INVALID: kind(500, 'final', 'The host to listen on is not an address of this machine, or not allowed.'),
  SUPERGRAPH_UNREADABLE: kind(500, 'retryable', 'The supergraph could not be read from its file or from Uplink.'),
  SUPERGRAPH_INVALID: kind(
    500,
    'final',
    'The supergraph is not a federation 2 supergraph, or its subgraphs do not compose.',
  ),
  SUPERGRAPH_UNSUPPORTED: kind(500, 'final', 'The supergraph needs something that this gateway does not enforce.'),
  // Answering
  BAD_REQUEST: kind(400, 'final', 'The HTTP request is not a GraphQL request, or asks for more than one may.'),
  BODY_TOO_LARGE: kind(413, 'final', 'The request body is larger than limits.bodyBytes.'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, 'final', 'The request body is compressed, or not in UTF-8.'),
  NOT_ACCEPTABLE: kind(406, 'final', 'The client takes no form in which this gateway answers: JSON, whole.'),
  OPERATION_UNSUPPORTED: kind(
    400,
    'final',
    'The request asks for what this gateway does not do: subscriptions, @defer, @stream, WebSocket.',
  ),
  UNAUTHENTICATED: kind(401, 'final', 'The bearer token is not valid.'),
  TOKEN_KEYS_UNREACHABLE: kind(503, 'retryable', 'The keys that verify bearer tokens could not be fetched.'),
  NOT_FOUND: kind(404, 'final', 'Nothing answers under this path.'),
  METHOD_NOT_ALLOWED: kind(405, 'final', 'The path does not answer this HTTP method.'),
  INTERNAL_SERVER_ERROR: kind(500, 'final', 'A defect of the gateway; the cause is in its log.'),
  PLAN_FAILED: kind(
    400,
    'final',
    'The operation is valid, but the query planner found no plan for it, or for a part of it.',
  ),
  SERVER_OVERLOADED: kind(503, 'retryable', 'As many requests as may wait (limits.waiting) wait already.'),
  // Subgraphs
  ORIGIN_UNREACHABLE: kind(502, 'retryable', 'A subgraph could not be reached, or broke off its answer.'),
  ORIGIN_TIMEOUT: kind(504, 'retryable', 'A subgraph did not answer before its deadline.'),
  ORIGIN_ABANDONED: kind(504, 'retryable', 'The client went away, and nobody else waited for the subgraph.'),
  ORIGIN_OVERLOADED: kind(503, 'retryable', 'A subgraph answers slower than it is asked: it was not asked.'),
  ORIGIN_STATUS: kind(502, 'retryable', 'A subgraph answered with an HTTP error and no GraphQL answer.'),
  ORIGIN_MALFORMED: kind(502, 'final', 'A subgraph sent something that is not an answer to what it was asked.'),
  ORIGIN_TOO_LARGE: kind(502, 'final', 'A subgraph sent more than its maxBytes.'),
  // Shards
  RING_EMPTY: kind(500, 'final', 'A ring needs at least one shard.'),
  SHARD_UNREACHABLE: kind(503, 'retryable', 'A cache shard is not connected.'),
  SHARD_TIMEOUT: kind(503, 'retryable', 'A cache shard did not answer before the shard deadline.'),
  SHARD_FAILED: kind(503, 'retryable', 'A cache shard answered with an error.'),
  // Purge log
  PURGE_LOG_UNREACHABLE: kind(503, 'retryable', 'The purge log takes or gives no records.'),
  PURGE_TOPIC_INVALID: kind(500, 'final', 'The topic of the purge log is not what the guarantee needs.'),
  PURGE_FEED_FAILED: kind(
    500,
    'final',
    'The feed of the purge log stopped by a defect; the process ends, to be started anew.',
  ),
  INVALIDATION_INVALID: kind(
    400,
    'final',
    'An element of an invalidation request cannot be understood; nothing was purged.',
  ),
  MANAGEMENT_UNREACHABLE: kind(503, 'retryable', 'No gateway answers on the management port that a command was told.'),
  PURGE_REFUSED: kind(400, 'final', 'A gateway did not take the purge that a command asked for; nothing was purged.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * An error with a code of the table. The message says what was expected, what came, and where; `cause` keeps what went wrong below.
 * Clients get the code and the message, operators the cause too.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }

  get httpStatus(): number {
    return ERRORS[this.code].httpStatus;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

/** The table as Markdown, for the README. */
export function errorTableMarkdown(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { httpStatus, retryable, sentence }]) =>
      `| \`${code}\` | ${httpStatus} | ${retryable ? 'yes' : 'no'} | ${sentence} |`,
  );
  return ['| code | HTTP status | retry helps | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function kind(httpStatus: number, retry: 'retryable' | 'final', sentence: string): ErrorKind {
  return { httpStatus, retryable: retry === 'retryable', sentence };
}

/** What was thrown, in its own words: it need not be an Error. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
