// The shape of freshet.yaml: every setting with its unit, default, range and one sentence.

import { z } from 'zod';
import { authSection, corsSection, headersSection } from './access-section.ts';
import { cacheSection } from './cache-section.ts';
import { choice, flag, httpUrl, names, section, text } from './fields.ts';
import { purgeSection } from './purge-section.ts';
import { size, span, whole } from './units.ts';
import { LOG_LEVELS } from './vocabulary.ts';

const supergraph = section('Where the supergraph comes from; --supergraph FILE takes its place.', {
  path: text('A file, relative to this one.').optional(),
  uplink: flag('From Apollo Uplink, by APOLLO_KEY and APOLLO_GRAPH_REF. Default: false.').prefault(false),
});

const listen = section('Addresses of the gateway.', {
  host: text('Address of the public port. Default: all addresses of the machine.').optional(),
  port: whole('The public port; 0 picks a free one.', 0, 65_535).prefault(4000),
  managementHost: text('Address of the management port.').prefault('127.0.0.1'),
  managementPort: whole('The port of metrics, health and invalidation; 0 picks a free one.', 0, 65_535).prefault(4001),
  drainDelay: span(
    'At a stop: how long connections are still taken, while /readyz says no and every answer closes its connection.',
    '0ms',
    '10m',
  ).prefault('1s'),
  drainTimeout: span('At a stop: how long requests that are running may take to end.', '0ms', '1h').prefault('30s'),
});

const origin = section('Requests to subgraphs.', {
  secret: text('Sent to every subgraph, so that it can refuse everyone else. Absent: not sent.').optional(),
  timeout: span('How long a subgraph may take to answer.', '10ms', '10m').prefault('30s'),
  maxBytes: size('The largest answer of a subgraph that is read.', '1KiB', '2GiB').prefault('32MiB'),
  maxConnections: whole('Connections to one subgraph, which are its requests at a time.', 1, 10_000).prefault(64),
  maxWaiting: whole(
    'Requests to one subgraph that wait for one of those to end; more are refused.',
    0,
    1_000_000,
  ).prefault(1_000),
  waitTimeout: span('How long a request to a subgraph may wait for that.', '1ms', '10m').prefault('1s'),
});

const subgraph = section('What differs for one subgraph.', {
  url: httpUrl('Instead of the URL in the supergraph.').optional(),
  timeout: span('Instead of origin.timeout.', '10ms', '10m').optional(),
  maxBytes: size('Instead of origin.maxBytes.', '1KiB', '2GiB').optional(),
});

const limits = section('What clients may send, and what may be held for them.', {
  bodyBytes: size('The largest request body.', '1KiB', '256MiB').prefault('512KiB'),
  tokens: whole('The most tokens of an operation.', 10, 1_000_000).prefault(15_000),
  unreadTimeout: span('How long a client may take to read an answer; then it is cut off.', '100ms', '1h').prefault(
    '30s',
  ),
  unreadBytes: size(
    'Memory for answers that clients have not read yet; past it those that take longest are cut off.',
    '1MiB',
    '64GiB',
  ).prefault('256MiB'),
  waiting: whole(
    'The most that client requests wait for at a time: each fetch from a subgraph, and planning where an operation is new; half of it for one subgraph, half for planning. More are refused.',
    2,
    1_000_000,
  ).prefault(2_000),
  depth: whole('The most levels of an operation, fields within fields.', 1, 1_000).prefault(100),
});

const compression = section('Answers to clients that take br, zstd or gzip.', {
  answers: choice(
    ['cached', 'always', 'never'],
    'cached: those that are kept whole in this process, once for each encoding; others would cost more than all that is done for them. always: each by itself too, off the event loop. never: none. Default: cached.',
  ).prefault('cached'),
  minBytes: size('Smaller answers are sent as they are.', '0B', '1GiB').prefault('1KiB'),
});

/** freshet.yaml as it is written; when it is read, spans are milliseconds and sizes bytes. */
export const fileSchema = section('The config of a Freshet gateway.', {
  supergraph: supergraph.prefault({}),
  graph: text(
    'Name of the graph: graphs that share shards need different ones. Default: APOLLO_GRAPH_REF, else freshet.',
  ).optional(),
  listen: listen.prefault({}),
  origin: origin.prefault({}),
  subgraphs: names('By subgraph.', subgraph).prefault({}),
  cache: cacheSection.prefault({}),
  purge: purgeSection.prefault({}),
  headers: headersSection.prefault({}),
  auth: authSection.prefault({}),
  authorization: choice(
    ['refuse', 'ignore'],
    'What to do with a supergraph that has @authenticated, @requiresScopes or @policy, which this gateway does not enforce. Default: refuse.',
  ).prefault('refuse'),
  introspection: flag('May clients ask for the schema? Default: true; false where NODE_ENV is production.').optional(),
  cors: corsSection.prefault({}),
  compression: compression.prefault({}),
  limits: limits.prefault({}),
  log: section('The log, on stderr.', {
    level: choice(LOG_LEVELS, 'The least severe lines to write. Default: info.').prefault('info'),
  }).prefault({}),
});

export type FileConfig = z.output<typeof fileSchema>;

/** The JSON Schema of freshet.yaml, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-7' });
}
