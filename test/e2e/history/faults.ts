// The faults of a history's run: shards die, freeze, forget and come back old; the broker freezes, for longer than S too, and dies.
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { KafkaDeployment } from '../../support/deployment.ts';
import type { RedisServer } from '../../support/redis-server.ts';

export interface Fault {
  readonly name: string;
  /** Ms from the start of the run; later when the one before took longer. */
  readonly beginsMs: number;
  /** Resolves when all is well again. */
  happen(): Promise<void>;
}

/** How long they take, one after the other. */
export const FAULTS_MS = 30_000;

/** What FAULTS_MS hold. */
export function faultsOf({ shards, kafka }: KafkaDeployment): readonly Fault[] {
  const [one, other] = shards;
  if (one === undefined || other === undefined) throw new Error(`Expected two shards, got ${shards.length}`);
  let old: Buffer | null = null;
  return [
    {
      name: 'a shard is killed and comes back empty 1 s later',
      beginsMs: 2_000,
      async happen() {
        await one.kill();
        await sleep(1_000);
        await one.restart();
      },
    },
    {
      name: 'FLUSHALL on both shards',
      beginsMs: 4_500,
      happen: async () => void (await Promise.all(shards.map(flushAll))),
    },
    {
      name: 'a shard freezes for 2 s',
      beginsMs: 6_000,
      happen: () => frozenFor(2_000, other),
    },
    {
      name: 'a shard is dumped',
      beginsMs: 9_000,
      async happen() {
        old = await one.dump();
      },
    },
    {
      name: 'the broker freezes for 2 s',
      beginsMs: 10_000,
      happen: () => frozenFor(2_000, kafka),
    },
    {
      name: 'a shard is restored from a dump that is 5 s old',
      beginsMs: 14_000,
      async happen() {
        if (old !== null) await one.restore(old);
      },
    },
    {
      name: 'the broker is killed and started again',
      beginsMs: 16_000,
      async happen() {
        await kafka.kill();
        await kafka.restart();
      },
    },
    {
      name: 'the broker freezes for 7 s, longer than S',
      beginsMs: 21_000,
      happen: () => frozenFor(7_000, kafka),
    },
  ];
}

/** Lets one fault happen after the other. @param say told of each, with the ms since the start */
export async function letHappen(faults: readonly Fault[], say: (line: string) => void): Promise<void> {
  const beganMs = performance.now();
  const sinceMs = (): number => performance.now() - beganMs;
  for (const { name, beginsMs, happen } of faults) {
    await sleep(Math.max(0, beginsMs - sinceMs()));
    const atMs = sinceMs();
    await happen();
    say(`${(atMs / 1_000).toFixed(1)} s to ${(sinceMs() / 1_000).toFixed(1)} s: ${name}`);
  }
}

/** As an operator would. */
export async function flushAll({ url }: RedisServer): Promise<void> {
  const client = createClient({ url, socket: { connectTimeout: 5_000, reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.flushAll();
  } finally {
    client.destroy();
  }
}

async function frozenFor(ms: number, server: Pick<RedisServer, 'freeze' | 'thaw'>): Promise<void> {
  await server.freeze();
  await sleep(ms);
  server.thaw();
}
