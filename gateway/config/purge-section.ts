// `purge` of freshet.yaml: the purge log and what reads it.

import { z } from 'zod';
import { flag, list, section, text } from './fields.ts';
import { span, whole } from './units.ts';

const TOPIC_SHAPE = 'expected the name of a topic: 1 to 249 letters, digits, dots, dashes and underscores';
const BROKER_SHAPE = 'expected a broker as host:port';

const kafka = section('The purge log as a Kafka topic.', {
  brokers: list(
    z.string({ error: BROKER_SHAPE }).regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, { error: BROKER_SHAPE }),
    'Brokers to begin with, as host:port.',
  ).min(1, { error: 'expected at least one broker as host:port' }),
  topic: z
    .string({ error: TOPIC_SHAPE })
    .regex(/^[A-Za-z0-9._-]{1,249}$/, { error: TOPIC_SHAPE })
    .meta({ description: 'The topic: one partition, cleanup.policy=delete.' })
    .prefault('freshet.purge'),
});

export const purgeSection = section('The purge log and what reads it.', {
  kafka: kafka.optional(),
  inProcess: flag(
    'The purge log lives in this process beside its relays, as in npm start; purge.kafka takes its place. Default: false.',
  ).prefault(false),
  replayWindow: span(
    'How far back the log is read at start. Default: the longest ttl of this file, at least 1h.',
    '1s',
    '365d',
  ).optional(),
  readyTimeout: span(
    'After this the gateway is ready though it has not caught up or not heard every source: degraded, bounded types bypass the cache.',
    '100ms',
    '1h',
  ).prefault('30s'),
  ledger: section('What has been purged, in memory.', {
    maxTags: whole(
      'Distinct tags remembered, 40 bytes each. When it is full, less is served from the cache.',
      1_000,
      100_000_000,
    ).prefault(1_000_000),
  }).prefault({}),
  invalidationKey: text('Shared key of POST /invalidation, at least 8 characters. Absent: that path is off.')
    .min(8, { error: 'expected at least 8 characters' })
    .optional(),
});
