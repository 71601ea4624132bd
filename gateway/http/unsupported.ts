// What clients may ask of a GraphQL server and this one does not do, refused by name: answers in parts, subscriptions, WebSocket.

import type { IncomingHttpHeaders } from 'node:http';
import { type GraphQLFormattedError, Kind } from 'graphql';
import Negotiator from 'negotiator';
import { GatewayError } from '../errors.ts';
import { type AcceptedEncodings, ENCODINGS } from './accept-encoding.ts';

const JSON_TYPES = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'];
const PAGE_TYPE = 'text/html';
/** Characters of a header that are repeated to its sender. */
const SHOWN_LENGTH = 100;

/**
 * Before anything is run: a mutation whose answer the client does not take must not be carried out.
 * @throws {GatewayError} NOT_ACCEPTABLE where the client takes no JSON, nor a page by GET
 */
export function checkAccept(method: string, { accept }: IncomingHttpHeaders): void {
  if (accept === undefined || accept === '') return;
  const types = method === 'GET' ? [...JSON_TYPES, PAGE_TYPE] : JSON_TYPES;
  if (new Negotiator({ headers: { accept } }).mediaType(types) !== undefined) return;
  const message = `Expected an Accept that takes application/json or application/graphql-response+json, got ${accept.slice(0, SHOWN_LENGTH)}. Every answer comes whole: subscriptions, @defer and @stream are not supported`;
  throw new GatewayError('NOT_ACCEPTABLE', message);
}

/** @throws {GatewayError} NOT_ACCEPTABLE where the client takes neither plain bytes nor an encoding of ours */
export function checkEncoding({ encoding, takesPlain }: AcceptedEncodings, headers: IncomingHttpHeaders): void {
  if (takesPlain || encoding !== null) return;
  const came = headers['accept-encoding']?.slice(0, SHOWN_LENGTH);
  const message = `Expected an Accept-Encoding that takes identity or one of ${ENCODINGS.join(', ')}, got ${came}`;
  throw new GatewayError('NOT_ACCEPTABLE', message);
}

/** Of an upgrade to another protocol than WebSocket nothing is said: such a request is answered as it stands (RFC 9110, 7.8). */
export function upgradeRefusal({ upgrade }: IncomingHttpHeaders): GatewayError | null {
  if (upgrade === undefined || !/\bwebsocket\b/i.test(upgrade)) return null;
  const message =
    'Expected a query or a mutation by POST or GET, got an upgrade to WebSocket: subscriptions are not supported';
  return new GatewayError('OPERATION_UNSUPPORTED', message);
}

const INCREMENTAL = new Set(['defer', 'stream']);

/** For Apollo Server: graphql-js only knows that no such directive is declared. @param error as it was thrown */
export function nameUnsupported(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const name = unknownDirective(formatted, error);
  if (name === null || !INCREMENTAL.has(name)) return formatted;
  const message = `Expected an operation that is answered whole, got @${name}: @defer and @stream are not supported.`;
  return { ...formatted, message, extensions: { ...formatted.extensions, code: 'OPERATION_UNSUPPORTED' } };
}

/** Errors of subgraphs have no nodes: what they say is theirs. */
function unknownDirective({ message }: GraphQLFormattedError, error: unknown): string | null {
  const nodes = typeof error === 'object' && error !== null && 'nodes' in error ? error.nodes : undefined;
  const [node]: readonly unknown[] = Array.isArray(nodes) ? nodes : [];
  if (typeof node !== 'object' || node === null || !('kind' in node) || node.kind !== Kind.DIRECTIVE) return null;
  return /^Unknown directive "@(\w+)"\.$/.exec(message)?.[1] ?? null;
}
