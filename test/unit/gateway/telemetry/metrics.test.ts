// Names and labels of metrics are promises; labels are bounded; spans are seconds.
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../../gateway/telemetry/metric-table.ts';
import { createMetrics } from '../../../../gateway/telemetry/metrics.ts';

/** What dashboards and other people's CI hold on to. Adding is free, changing is not. */
const PROMISED: Readonly<Record<string, string>> = {
  freshet_cache_reads_total: 'counter subgraph type tier result',
  freshet_cache_writes_total: 'counter subgraph tier result',
  freshet_responses_total: 'counter source outcome',
  freshet_origin_requests_total: 'counter subgraph outcome',
  freshet_origin_seconds: 'histogram subgraph outcome',
  freshet_coalesced_total: 'counter subgraph',
  freshet_purge_events_total: 'counter subgraph result',
  freshet_as_of_age_seconds: 'gauge subgraph',
  freshet_purge_to_invisible_seconds: 'histogram',
  freshet_ledger_tags: 'gauge',
  freshet_ledger_horizon_raised_total: 'counter',
  freshet_shard_up: 'gauge shard',
  freshet_shard_seconds: 'histogram shard operation',
  freshet_l1_bytes: 'gauge',
  freshet_l1_entries: 'gauge',
  freshet_evictions_total: 'counter',
};

async function scraped(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const { text } = await metrics.scrape();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

function known() {
  const metrics = createMetrics();
  metrics.know(new Map([['catalog', new Set(['Product'])]]));
  return metrics;
}

describe('the table of metrics', () => {
  it('keeps every promised name with its type and labels', () => {
    for (const [name, promise] of Object.entries(PROMISED)) {
      const kind = Object.entries(METRICS).find(([one]) => one === name)?.[1];
      expect([kind?.type, ...(kind?.labels ?? [])].join(' '), name).toBe(promise);
    }
  });

  it('is scraped whole, each with its type and meaning', async () => {
    const { text, contentType } = await createMetrics().scrape();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const [name, { type, help }] of Object.entries(METRICS)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
  });
});

describe('counters', () => {
  it('add up under their labels, over scrapes', async () => {
    const metrics = known();
    metrics.cache.reads('catalog', 'Product', 'l1', 'hit', 3);
    metrics.cache.reads('catalog', 'Product', 'l2', 'miss', 1);
    await metrics.scrape();
    metrics.cache.reads('catalog', 'Product', 'l1', 'hit', 2);
    expect(await scraped(metrics, 'freshet_cache_reads_total')).toEqual([
      'freshet_cache_reads_total{subgraph="catalog",type="Product",tier="l1",result="hit"} 5',
      'freshet_cache_reads_total{subgraph="catalog",type="Product",tier="l2",result="miss"} 1',
    ]);
  });

  it('put what the supergraph does not know under other', async () => {
    const metrics = known();
    metrics.cache.reads('catalog', 'id-4711', 'l1', 'hit', 1);
    for (let index = 0; index < 1_000; index += 1) metrics.cache.reads(`made-up-${index}`, 'T', 'l1', 'hit', 1);
    metrics.purge.event('nobody', 'malformed');
    expect(await scraped(metrics, 'freshet_cache_reads_total')).toEqual([
      'freshet_cache_reads_total{subgraph="catalog",type="other",tier="l1",result="hit"} 1',
      'freshet_cache_reads_total{subgraph="other",type="other",tier="l1",result="hit"} 1000',
    ]);
    expect(await scraped(metrics, 'freshet_purge_events_total')).toEqual([
      'freshet_purge_events_total{subgraph="other",result="malformed"} 1',
    ]);
  });

  it('count a raised horizon in all and by reason', async () => {
    const metrics = known();
    metrics.purge.horizonRaised('catalog', 'gap');
    metrics.purge.horizonRaised('catalog', 'rewind');
    expect(await scraped(metrics, 'freshet_ledger_horizon_raised_total')).toEqual([
      'freshet_ledger_horizon_raised_total 2',
    ]);
    expect(await scraped(metrics, 'freshet_horizon_reasons_total')).toHaveLength(2);
  });
});

describe('spans', () => {
  it('are given in milliseconds and shown in seconds', async () => {
    const metrics = known();
    metrics.origin.request('catalog', 'ok', 1_500);
    metrics.purge.purgeToInvisible(40);
    metrics.cache.shardCall('redis://a:6379', 'get', 'late', 50);
    expect(await scraped(metrics, 'freshet_origin_seconds_sum')).toEqual([
      'freshet_origin_seconds_sum{subgraph="catalog",outcome="ok"} 1.5',
    ]);
    expect(await scraped(metrics, 'freshet_purge_to_invisible_seconds_sum')).toEqual([
      'freshet_purge_to_invisible_seconds_sum 0.04',
    ]);
    expect(await scraped(metrics, 'freshet_shard_seconds_sum')).toEqual([
      'freshet_shard_seconds_sum{shard="redis://a:6379",operation="get"} 0.05',
    ]);
    expect(await scraped(metrics, 'freshet_shard_troubles_total')).toEqual([
      'freshet_shard_troubles_total{shard="redis://a:6379",trouble="late"} 1',
    ]);
  });
});

describe('gauges', () => {
  it('are read at each scrape, and forget what is gone', async () => {
    const metrics = known();
    let shards: [string, 'up' | 'down'][] = [
      ['a', 'up'],
      ['b', 'down'],
    ];
    metrics.observe({ shards: () => shards, asOfAgesMs: () => [['catalog', Number.POSITIVE_INFINITY]] });
    metrics.observe({ ledgerTagsCount: () => 7, l1: () => ({ bytes: 1_024, entriesCount: 2 }) });
    expect(await scraped(metrics, 'freshet_shard_up')).toEqual([
      'freshet_shard_up{shard="a"} 1',
      'freshet_shard_up{shard="b"} 0',
    ]);
    shards = [['b', 'up']];
    expect(await scraped(metrics, 'freshet_shard_up')).toEqual(['freshet_shard_up{shard="b"} 1']);
    expect(await scraped(metrics, 'freshet_as_of_age_seconds')).toEqual([
      'freshet_as_of_age_seconds{subgraph="catalog"} +Inf',
    ]);
    expect(await scraped(metrics, 'freshet_ledger_tags')).toEqual(['freshet_ledger_tags 7']);
    expect(await scraped(metrics, 'freshet_l1_bytes')).toEqual(['freshet_l1_bytes 1024']);
    expect(await scraped(metrics, 'freshet_l1_entries')).toEqual(['freshet_l1_entries 2']);
  });
});

describe('two gateways in one process', () => {
  it('count apart', async () => {
    const [one, other] = [known(), known()];
    one.response('origin', 'ok');
    expect(await scraped(one, 'freshet_responses_total')).toHaveLength(1);
    expect(await scraped(other, 'freshet_responses_total')).toHaveLength(0);
  });
});
