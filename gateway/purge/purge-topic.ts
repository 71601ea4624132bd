// What a topic must be to serve as purge log.

import { GatewayError } from '../errors.ts';

export interface TopicFacts {
  readonly topic: string;
  readonly partitionCount: number;
  readonly cleanupPolicy: string;
}

/**
 * One partition makes one order; with compaction, purges that nobody has read yet would vanish.
 * @throws {GatewayError} PURGE_TOPIC_INVALID
 */
export function assertFit({ topic, partitionCount, cleanupPolicy }: TopicFacts): void {
  if (partitionCount !== 1) throw unfit(topic, 'one partition', String(partitionCount));
  if (cleanupPolicy !== 'delete') throw unfit(topic, 'cleanup.policy=delete', cleanupPolicy);
}

function unfit(topic: string, expected: string, came: string): GatewayError {
  return new GatewayError('PURGE_TOPIC_INVALID', `Expected topic ${topic} to have ${expected}, it has ${came}`);
}
