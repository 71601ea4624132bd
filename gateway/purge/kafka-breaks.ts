// Makes a consumer read again what it read last, whenever the log may have become another one without a word.
//
// kafkajs heals a failed fetch and a lost connection by itself and fetches on where it was. By then a topic made anew, or
// another cluster behind the same address, may have records there: nothing in them tells that they follow upon others than
// those that were read. The record that was read last does, when it is asked for once more.

import { connect, type Socket } from 'node:net';

/** Told by one consumer what happens to it. */
export interface Place {
  /** Makes the consumer's connections, of no other client. */
  readonly socketFactory: (to: { host: string; port: number; onConnect: () => void }) => Socket;
  joined(): void;
  /** Before it is known what is fetched. */
  fetchBegins(nodeId: number): void;
  /** Also when kafkajs kept an error to itself. */
  fetchEnded(nodeId: number): void;
}

const KEEP_ALIVE_AFTER_MS = 60_000;

/**
 * @param resumeFrom the offset of what was read last
 * @param goTo makes the next fetch begin at an offset
 */
export function createPlace(resumeFrom: () => number, goTo: (offset: number) => void): Place {
  /** Nodes that are being asked. */
  const asked = new Set<number>();
  /** Where it was at the first break: what is read before the next fetch begins may be of the other log already. */
  let brokeAt: number | null = null;
  const broke = (): void => {
    brokeAt ??= resumeFrom();
  };
  return {
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
      // Whichever comes first: kafkajs hears of it after us, and only then connects again.
      for (const end of ['end', 'error', 'close']) socket.once(end, broke);
      return socket;
    },
    joined: () => goTo(resumeFrom()),
    fetchBegins(nodeId) {
      // The fetch before has failed, and is tried again.
      if (asked.has(nodeId)) broke();
      asked.add(nodeId);
      if (brokeAt !== null) goTo(brokeAt);
      brokeAt = null;
    },
    fetchEnded: (nodeId) => void asked.delete(nodeId),
  };
}
