// The relay between a real PostgreSQL and a real Kafka: away and back, deleted and made anew, small batches.
import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { requireService } from '../../support/service-gate.ts';
import { tailTopic } from './kafka-tail.ts';
import { keysOf, logIds, numbersByLogId, purges, type RunningRelay, reasonsOf, type Seen } from './running-relay.ts';
import { PRODUCT } from './source.ts';
import { useSourceAndTopic } from './source-and-topic.ts';

const PATIENT = { timeoutMs: 60_000 };

requireService('kafka', 'postgres')('a relay that writes to Kafka', () => {
  const world = useSourceAndTopic(PRODUCT, { config: { 'max.message.bytes': '20000' } });
  const start = (): RunningRelay => world.relay(world.openLog());
  const insert = (upc: string): Promise<unknown> => world.source.run(`insert into product values ($1, '')`, [upc]);
  const outboxIsEmpty = async (): Promise<boolean> =>
    (await world.source.run('select from freshet.outbox')).length === 0;
  /** All that stands in the topic now. */
  const topicNow = async (): Promise<readonly Seen[]> => {
    const end = await world.broker.withAdmin((admin) => admin.fetchTopicOffsets(world.topic));
    const tail = await tailTopic(world.broker.brokers, world.topic);
    await eventually(() => (tail.seen.at(-1)?.offset ?? -1) >= Number(end[0]?.high) - 1, PATIENT);
    await tail.stop();
    return tail.seen;
  };

  it('splits what the topic takes no batch of, and purges everything for an event that it takes in no way', async () => {
    await world.source.run(`insert into product select repeat('x', 400) || i, '' from generate_series(1, 500) as i`);
    await world.source.run(
      `insert into freshet.outbox (kind, type, keys) values ('entity', 'Product', jsonb_build_array(jsonb_build_object('upc', repeat('y', 30000))))`,
    );
    await insert('last');
    await start().beats(1, 60_000);
    const seen = await topicNow();
    expect(keysOf(seen)).toHaveLength(501);
    expect(new Set(keysOf(seen)).size).toBe(501);
    expect(keysOf(seen).at(-1)).toBe('last');
    expect(purges(seen).map(({ origin }) => origin.number)).toEqual(purges(seen).map((_, index) => index + 1));
    expect(reasonsOf(seen)).toContain('an event was larger than the log takes');
    await expect(outboxIsEmpty()).resolves.toBe(true);
  });

  it('loses no event while the broker is away, under writes, and goes on under a new log id', async () => {
    const relay = start();
    await relay.beats(2);
    const written: string[] = [];
    let isWriting = true;
    const writing = (async () => {
      while (isWriting) {
        await insert(`${written.length}`);
        written.push(`${written.length}`);
      }
    })();
    await eventually(() => written.length > 20);
    await world.broker.kill();
    await eventually(() => relay.status().kind === 'trouble', PATIENT);
    const count = written.length;
    await eventually(() => written.length > count + 100, PATIENT);
    await world.broker.restart();
    await relay.beats(1, 60_000);
    isWriting = false;
    await writing;
    await eventually(outboxIsEmpty, PATIENT);
    const seen = await topicNow();
    expect(new Set(keysOf(seen))).toEqual(new Set(written));
    expect(logIds(seen).length).toBeGreaterThan(1);
    for (const numbers of numbersByLogId(seen)) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it('works when the broker comes only after it, and the database does not care', async () => {
    await world.broker.kill();
    const relay = start();
    await insert('early');
    await eventually(() => relay.status().kind === 'trouble', PATIENT);
    await world.broker.restart();
    await relay.beats(1, 60_000);
    expect(keysOf(await topicNow())).toEqual(['early']);
  });

  it('takes a new log id when the topic is deleted and made anew under it, and loses nothing that comes after', async () => {
    const relay = start();
    await relay.beats(2);
    for (let upc = 0; upc < 30; upc += 1) await insert(`${upc}`);
    await eventually(outboxIsEmpty);
    const [oldId] = logIds(await topicNow());
    await world.broker.deleteTopic(world.topic);
    await insert('between');
    await world.broker.createTopic(world.topic);
    await insert('after');
    await eventually(outboxIsEmpty, PATIENT);
    await relay.beats(2, 60_000);
    const seen = await topicNow();
    const ids = logIds(seen);
    expect(ids.filter((id) => id !== oldId)).toHaveLength(1);
    expect(seen.at(-1)?.origin.logId).not.toBe(oldId);
    expect(keysOf(seen)).toEqual(expect.arrayContaining(['between', 'after']));
  });
});
