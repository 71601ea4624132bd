// `cache` of freshet.yaml: where entries are kept, for how long, and how they are judged.

import { z } from 'zod';
import { choice, flag, list, names, section, text } from './fields.ts';
import { readShardUrls } from './shard-url.ts';
import { size, span } from './units.ts';

const FIELD = /^[_A-Za-z]\w*\.[_A-Za-z]\w*$/;
const FIELD_SHAPE = 'a field as Type.field, such as Query.topProducts';

const lifetime = {
  policy: choice(
    ['bounded', 'ttl', 'never'],
    'bounded: never older than cache.bound, by the purge log; ttl: by expiry and POST /invalidation; never: not cached. Default: bounded where a purge log is configured and the subgraph has sources, else ttl.',
  ).optional(),
  ttl: span(
    'How long an answer is kept that has no lifetime from its subgraph. Absent: not kept.',
    '1ms',
    '365d',
  ).optional(),
  negativeTtl: span('How long "there is no such entity" is kept. Absent: as ttl.', '1ms', '365d').optional(),
};

const declared = {
  ...lifetime,
  precise: flag(
    'The watched tables behind it are all that it is computed from: no other change purges it. Default: false.',
  ).optional(),
};

const subgraphCache = section('What holds for one subgraph.', {
  ...lifetime,
  sources: list(
    text('A database with its outbox.'),
    'The databases whose purge events tell of this subgraph. Default: one, named as the subgraph. Empty: it emits none.',
  ).optional(),
  types: names('By type.', section('One type.', declared)).prefault({}),
  fields: names('By field, such as Query.topProducts.', section('One field.', declared), FIELD, FIELD_SHAPE).prefault(
    {},
  ),
  inline: list(
    z.string({ error: `expected ${FIELD_SHAPE}` }).regex(FIELD, { error: `expected ${FIELD_SHAPE}` }),
    'Fields that lead to entities whose values depend on the field, as Type.field, such as Query.nearest: what is found there is kept there and served nowhere else. Default: none.',
  ).prefault([]),
});

export const cacheSection = section('Entries: where they are kept, for how long, and how they are judged.', {
  shards: list(
    text('The URL of a shard: redis://host:6379, rediss://host:6379, memory:NAME.'),
    'The L2 shards, each URL once. Default: none, L1 alone.',
  )
    .transform(readShardUrls)
    .prefault([]),
  shardDeadline: span('How long a shard may take before it counts as failed.', '1ms', '10s').prefault('50ms'),
  bound: span('S: no answer from the cache for a bounded type is older.', '500ms', '1h').prefault('5s'),
  default: section('What holds where nothing nearer is said.', lifetime).prefault({}),
  subgraphs: names('By subgraph.', subgraphCache).prefault({}),
  l1: section('The cache in this process.', {
    maxBytes: size(
      'Memory for entries; those that nobody asks for again go first. 0B: none, shards alone.',
      '0B',
      '64GiB',
    ).prefault('256MiB'),
  }).prefault({}),
});
