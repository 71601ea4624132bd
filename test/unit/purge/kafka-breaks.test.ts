// When a consumer goes back to what it read last: after whatever may have carried it into another log.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { createPlace, type Place } from '../../../gateway/purge/kafka-breaks.ts';
import { within } from '../../support/eventually.ts';

interface Consumer {
  readonly place: Place;
  /** Offsets that it was sent to. */
  readonly sentTo: number[];
  position: number;
}

function openConsumer(): Consumer {
  const sentTo: number[] = [];
  const place = createPlace(
    () => consumer.position,
    (offset) => void sentTo.push(offset),
  );
  const consumer: Consumer = { place, sentTo, position: 7 };
  return consumer;
}

it('goes on where it is while nothing breaks, whichever brokers are asked', () => {
  const { place, sentTo } = openConsumer();
  place.joined();
  for (const nodeId of [1, 2, 1, 2]) {
    place.fetchBegins(nodeId);
    place.fetchEnded(nodeId);
  }
  expect(sentTo).toEqual([7]);
});

it('goes back, once, when a fetch failed and is tried again', () => {
  const { place, sentTo } = openConsumer();
  place.fetchBegins(1);
  place.fetchBegins(1);
  expect(sentTo).toEqual([7]);
  place.fetchEnded(1);
  place.fetchBegins(1);
  expect(sentTo).toEqual([7]);
});

it('goes back to where it was when a connection ended, though more was read before the next fetch', async () => {
  const consumer = openConsumer();
  const server = createServer((accepted) => accepted.resume().destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = consumer.place.socketFactory({ host: '127.0.0.1', port, onConnect: () => undefined });
  socket.resume();
  await within(5_000, 'the connection to end', once(socket, 'close'));
  server.close();
  consumer.position = 9;
  consumer.place.fetchBegins(1);
  expect(consumer.sentTo).toEqual([7]);
});
