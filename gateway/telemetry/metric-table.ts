// Every metric by name: type, labels, meaning. Names and labels are promises to dashboards; seconds and bytes throughout.

export interface MetricKind {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

export const METRICS = {
  freshet_cache_reads_total: counter(
    ['subgraph', 'type', 'tier', 'result'],
    'Records asked of the cache: hit, stale (refused by the judge), miss, bypass or error, for tier l1 or l2.',
  ),
  freshet_cache_writes_total: counter(['subgraph', 'tier', 'result'], 'Slices given to the cache.'),
  freshet_responses_total: counter(
    ['source', 'outcome'],
    'Responses to GraphQL requests: where the data came from (none: nothing was run) and how it went.',
  ),
  freshet_origin_requests_total: counter(['subgraph', 'outcome'], 'Requests to subgraphs.'),
  freshet_origin_seconds: histogram(['subgraph', 'outcome'], 'From a request to a subgraph to the end of its answer.'),
  freshet_coalesced_total: counter(['subgraph'], 'Fetches that were spared by one that was under way.'),
  freshet_purge_events_total: counter(
    ['subgraph', 'result'],
    'Records of the purge log: applied, duplicate, malformed.',
  ),
  freshet_as_of_age_seconds: gauge(['subgraph'], 'How long ago all that was committed was surely known; +Inf: never.'),
  freshet_purge_to_invisible_seconds: histogram(
    [],
    'From the commit of a change to the ledger that refuses what is older.',
  ),
  freshet_ledger_tags: gauge([], 'Tags that the ledger remembers.'),
  freshet_ledger_horizon_raised_total: counter([], 'How often all that was older of a subgraph was given up.'),
  freshet_horizon_reasons_total: counter(['subgraph', 'reason'], 'The same, by subgraph and reason.'),
  freshet_heartbeats_distrusted_total: counter(['reason'], 'Heartbeats that were not believed.'),
  freshet_purge_dropped_total: counter(['what'], 'Dead letters and removals that found their queue full.'),
  freshet_shard_up: gauge(['shard'], '1: the shard answers. 0: it does not, or its breaker is open.'),
  freshet_shard_seconds: histogram(['shard', 'operation'], 'Calls to a shard, failed ones too.'),
  freshet_shard_troubles_total: counter(['shard', 'trouble'], 'Calls to a shard that failed, by how.'),
  freshet_shard_writes_waiting: gauge([], 'Records for which their shards have not answered yet.'),
  freshet_unreadable_entries_total: counter(
    ['shard', 'reason'],
    'What a shard held that was not the record asked for.',
  ),
  freshet_l1_bytes: gauge([], 'Memory of the entries in this process.'),
  freshet_l1_entries: gauge([], 'Entries in this process.'),
  freshet_evictions_total: counter([], 'Entries that went for room.'),
} as const satisfies Record<string, MetricKind>;

export type MetricName = keyof typeof METRICS;

function counter<const Labels extends readonly string[]>(labels: Labels, help: string) {
  return { type: 'counter', labels, help } as const;
}

function gauge<const Labels extends readonly string[]>(labels: Labels, help: string) {
  return { type: 'gauge', labels, help } as const;
}

function histogram<const Labels extends readonly string[]>(labels: Labels, help: string) {
  return { type: 'histogram', labels, help } as const;
}
