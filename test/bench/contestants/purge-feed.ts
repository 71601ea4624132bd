// What relays would append to the purge log of a running contestant: heartbeats of every subgraph's database, and changes of products.

import { connect } from 'node:net';
import { encodeHeartbeat, encodePurge, type WireRecord } from '../../../schema/purge-event.ts';
import { PRODUCT_COUNT, skuOf, upcOf } from '../origin/made-data.ts';
import { seededRandom } from '../workloads/seeded-random.ts';

export interface PurgeFeed {
  /** From now on so many changes of products arrive in each second, any product as likely as any other. */
  setRate(perSecond: number): void;
  sentCount(): number;
  stop(): void;
}

const SOURCES = ['accounts', 'catalog', 'inventory', 'reviews'];
const CHANGED_SOURCE = 'catalog';
/** As relays do. */
const HEARTBEAT_MS = 250;
/** Changes go in batches, as a relay that looks into its outbox finds them. */
const BATCH_MS = 10;

export function openPurgeFeed(port: number): PurgeFeed {
  const socket = connect(port, '127.0.0.1');
  // The contestant has ended: the feed of it ends too.
  socket.on('error', () => socket.destroy());
  const random = seededRandom(port);
  let perSecond = 0;
  let due = 0;
  let lastAt = performance.now();
  let sentCount = 0;
  const send = (records: readonly WireRecord[]): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(records)}\n`);
  };
  const beat = (): void => {
    const heartbeat = { asOfAt: Date.now(), system: 'bench', timeline: 1 };
    send(
      SOURCES.map((source) => {
        const origin = { logId: `bench-${source}`, number: source === CHANGED_SOURCE ? sentCount : 0 };
        return encodeHeartbeat(source, origin, heartbeat, `beat-${Date.now()}`);
      }),
    );
  };
  const change = (): WireRecord => {
    sentCount += 1;
    const upc = upcOf(Math.floor(random() * PRODUCT_COUNT));
    // Every key of the row, as a trigger tells: what is kept by a key that is not told could be found by its type alone.
    const key = { upc, sku: skuOf(upc) };
    const origin = { logId: `bench-${CHANGED_SOURCE}`, number: sentCount };
    return encodePurge(
      CHANGED_SOURCE,
      origin,
      { kind: 'entity', type: 'Product', keys: [key], op: 'update', list: false, tags: [], ts: Date.now() },
      String(sentCount),
      null,
    );
  };
  const changes = setInterval(() => {
    const nowAt = performance.now();
    due += ((nowAt - lastAt) / 1_000) * perSecond;
    lastAt = nowAt;
    const count = Math.floor(due);
    due -= count;
    if (count > 0) send(Array.from({ length: count }, change));
  }, BATCH_MS);
  const beats = setInterval(beat, HEARTBEAT_MS);
  beat();
  return {
    setRate(next) {
      perSecond = next;
    },
    sentCount: () => sentCount,
    stop() {
      clearInterval(changes);
      clearInterval(beats);
      socket.destroy();
    },
  };
}
