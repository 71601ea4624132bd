// Records of the purge log as Kafka's messages: CloudEvents' binary binding, every header as text.

import type { WireRecord } from '../../schema/purge-event.ts';
import type { LogEntry } from './log.ts';

/** What kafkajs hands over, as far as it is read. */
export interface ReceivedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: { readonly [name: string]: Buffer | string | (Buffer | string)[] | undefined };
}

export interface SentMessage {
  readonly partition: 0;
  readonly key: string | null;
  readonly headers: Record<string, string>;
  readonly value: string;
}

export function entryOf({ offset, key, headers, value }: ReceivedMessage): LogEntry {
  const texts: Record<string, string> = {};
  for (const [name, header] of Object.entries(headers ?? {})) {
    // A header that is given twice says nothing for certain.
    if (header !== undefined && !Array.isArray(header)) texts[name] = header.toString();
  }
  return {
    offset: Number(offset),
    previousOffset: Number(offset) - 1,
    record: { key: key?.toString() ?? null, headers: texts, value: value?.toString() ?? '' },
  };
}

export function messageOf({ key, headers, value }: WireRecord): SentMessage {
  return { partition: 0, key, headers: { ...headers }, value };
}
