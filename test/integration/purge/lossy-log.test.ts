// Relay, Kafka and gateways where the log loses what was acknowledged or read: no entry from before is served by anyone.

import { expect, it } from 'vitest';
import type { Judged } from '../../../gateway/cache/judge.ts';
import { PurgeLogError, type PurgeLogProducer } from '../../../subgraphs/kit/purge-log.ts';
import { eventually, within } from '../../support/eventually.ts';
import { requireService } from '../../support/service-gate.ts';
import type { RunningRelay } from '../relay/running-relay.ts';
import { PRODUCT } from '../relay/source.ts';
import { useSourceAndTopic } from '../relay/source-and-topic.ts';
import { type GatewaySide, startGatewaySide, TTL } from './gateway-side.ts';

const WITH_ROW = `${PRODUCT}; insert into product values ('1', 'old')`;
const PATIENT = { timeoutMs: 60_000 };
/** So many records are read and then lost that the purge that is sent next gets the offset of one of them. */
const LOST_COUNT = 6;

requireService('kafka', 'postgres')('over a log that loses its end', () => {
  const world = useSourceAndTopic(WITH_ROW);
  const gateway = (): GatewaySide => {
    const side = startGatewaySide(world.broker.brokers, world.topic);
    world.stopAfter(side.stop);
    return side;
  };
  const relayOver = (answers: Answers): RunningRelay => world.relay(answering(world.openLog(), answers));
  const serves = (side: GatewaySide) => eventually(() => side.judge(side.product('1')) === 'fresh', PATIENT);
  const rename = (): Promise<unknown> => world.source.run(`update product set name = 'new'`);
  const hasRead = (side: GatewaySide, offset: number) =>
    eventually(() => side.feed.status().position >= offset, PATIENT);
  /** What one gateway filled, as another finds it in the shards. */
  const asFoundBy = (side: GatewaySide, { stamp, expiresAt }: Judged): Judged => ({
    stamp,
    expiresAt,
    tags: side.product('1').tags,
  });
  /** The gateway that filled it has read what was lost; one that starts later has not. */
  const nobodyServes = async (entry: Judged, filledBy: GatewaySide): Promise<void> => {
    const late = gateway();
    for (const side of [late, filledBy]) {
      await serves(side);
      expect(side.judge(asFoundBy(side, entry), TTL)).toBe('purged');
    }
  };

  it('refuses what was filled before a relay was killed between a send and its answer, and the log lost what that relay sent', async () => {
    const filler = gateway();
    const answers = createAnswers();
    const killed = relayOver(answers);
    await serves(filler);
    const firstLost = filler.feed.status().position + 1;
    await hasRead(filler, firstLost + LOST_COUNT);
    await within(10_000, 'a send', answers.withholdNext());
    await killed.stop();
    await hasRead(filler, answers.lastOffset());
    const entry = filler.product('1');
    expect(filler.judge(entry)).toBe('fresh');
    await world.broker.loseTail(world.topic, firstLost);
    await rename();
    relayOver(createAnswers());
    await nobodyServes(entry, filler);
  });

  it('refuses what was filled while the sends of a relay were not answered, and the log lost what was sent', async () => {
    const filler = gateway();
    const answers = createAnswers();
    relayOver(answers);
    await serves(filler);
    answers.mode = 'lost';
    const firstLost = answers.lastOffset() + 1;
    await hasRead(filler, firstLost + LOST_COUNT);
    answers.mode = 'refused';
    await hasRead(filler, answers.lastOffset());
    const entry = filler.product('1');
    await world.broker.loseTail(world.topic, firstLost);
    await rename();
    answers.mode = 'given';
    await nobodyServes(entry, filler);
  });

  it('refuses what was filled before the topic was deleted and created again under a relay that works', async () => {
    const filler = gateway();
    relayOver(createAnswers());
    await serves(filler);
    await hasRead(filler, filler.feed.status().position + LOST_COUNT);
    const entry = filler.product('1');
    await world.broker.deleteTopic(world.topic);
    await world.broker.createTopic(world.topic);
    await rename();
    await nobodyServes(entry, filler);
  });
});

/** What comes back of the answers of a log. */
interface Answers {
  /** `lost`: the log takes what is sent, and who sent it does not hear of it. `refused`: nothing is taken. */
  mode: 'given' | 'lost' | 'refused';
  /** The next send is taken and never answered. Resolves when it is taken. */
  withholdNext(): Promise<void>;
  /** Tells of a send that was taken. @returns whether its answer is withheld */
  taken(offset: number): boolean;
  lastOffset(): number;
}

function createAnswers(): Answers {
  let withheld: (() => void) | null = null;
  let last = -1;
  return {
    mode: 'given',
    withholdNext() {
      const { promise, resolve } = Promise.withResolvers<void>();
      withheld = resolve;
      return promise;
    },
    taken(offset) {
      last = offset;
      withheld?.();
      return withheld !== null;
    },
    lastOffset: () => last,
  };
}

function answering(log: PurgeLogProducer, answers: Answers): PurgeLogProducer {
  return {
    ...log,
    async append(records) {
      if (answers.mode === 'refused') throw new PurgeLogError('unreachable', 'refused');
      const acknowledged = await log.append(records);
      if (answers.taken(acknowledged.baseOffset)) return new Promise(() => undefined);
      if (answers.mode === 'lost') throw new PurgeLogError('unreachable', 'no answer');
      return acknowledged;
    },
  };
}
