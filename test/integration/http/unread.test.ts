// Clients that do not read their answers: they hold bounded memory for a bounded time, and nobody else feels them.
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { eventually, within } from '../../support/eventually.ts';
import { type Door, openDoor, post } from './door.ts';

const QUERY = 'query ($t: String) { echo(text: $t) { text } }';
/** More than the system takes off a process's hands for one connection. */
const ANSWER_BYTES = 24 * 1024 * 1024;
const TEXT = 'x'.repeat(ANSWER_BYTES);

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openLarge(limits: string): Promise<Door> {
  const door = await openDoor({ yaml: `limits: { bodyBytes: 64MiB, ${limits} }` });
  closers.push(() => door.close());
  return door;
}

/** Asks and does not read. */
function deaf({ server }: Door): Socket {
  const body = JSON.stringify({ query: QUERY, variables: { t: TEXT } });
  const socket = connect(server.port, '127.0.0.1');
  socket.pause();
  closers.push(() => socket.destroy());
  socket.on('error', () => undefined);
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

const isServed = async ({ server }: Door): Promise<boolean> =>
  (await post(server.origin, { query: '{ item(id: 1) { id } }' })).status === 200;

it('an answer that is not read in time is cut off, and its memory is free', async () => {
  const door = await openLarge('unreadTimeout: 300ms');
  const socket = deaf(door);
  await eventually(() => door.unread.bytes() >= ANSWER_BYTES / 2, { what: 'the answer to wait for its client' });
  expect(await isServed(door)).toBe(true);
  await eventually(() => door.unread.bytes() === 0, { what: 'the answer to be given up' });
  let read = 0;
  socket.on('data', (chunk) => {
    read += chunk.length;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  await within(10_000, 'the connection to be gone', closed);
  expect(read).toBeLessThan(ANSWER_BYTES);
});

it('many of them hold no more than the limit: those that take longest are cut off first', async () => {
  const door = await openLarge('unreadBytes: 60MiB, unreadTimeout: 10m');
  const sockets: Socket[] = [];
  let most = 0;
  for (let count = 0; count < 6; count += 1) {
    sockets.push(deaf(door));
    await eventually(() => door.graph.scopes.length === count + 1 && door.unread.bytes() > 0, { what: 'its answer' });
    most = Math.max(most, door.unread.bytes());
  }
  expect(most).toBeLessThanOrEqual(60 * 1024 * 1024);
  expect(await isServed(door)).toBe(true);
  // The last one can still have all of its answer.
  const [last] = sockets.slice(-1);
  let read = 0;
  last?.on('data', (chunk) => {
    read += chunk.length;
  });
  last?.resume();
  await eventually(() => read > ANSWER_BYTES, { what: 'the last answer to be read' });
});

it('an answer that is read, however slowly within the time, arrives whole', async () => {
  const door = await openLarge('unreadTimeout: 1m');
  const socket = deaf(door);
  await eventually(() => door.unread.bytes() > 0, { what: 'the answer to wait for its client' });
  let read = 0;
  socket.on('data', (chunk) => {
    read += chunk.length;
    socket.pause();
    setImmediate(() => socket.resume());
  });
  socket.resume();
  await eventually(() => read > ANSWER_BYTES, { what: 'all of the answer' });
  expect(door.unread.bytes()).toBe(0);
});

it('answers that the system takes at once are not counted', async () => {
  const door = await openLarge('unreadTimeout: 100ms');
  for (let count = 0; count < 20; count += 1) expect(await isServed(door)).toBe(true);
  expect(door.unread.bytes()).toBe(0);
});
