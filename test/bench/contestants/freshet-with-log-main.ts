// Freshet whose purge log lives in its own process, as in `npm start`, with records that come from outside, a line of JSON each.
//
// Argument: a config file. Prints `purge log at PORT` as soon as records are taken, and what `freshet start` prints. What reading a record
// from Kafka would cost it pays too: a socket, JSON, the log, the feed, the ledger.

import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { stopSignal } from '../../../gateway/cli/stop-signals.ts';
import { systemClock } from '../../../gateway/clock.ts';
import { loadConfig } from '../../../gateway/config.ts';
import { startGateway } from '../../../gateway/gateway.ts';
import { createMemoryLog } from '../../../gateway/purge/memory-log.ts';
import { createLog } from '../../../gateway/telemetry/logs.ts';
import type { WireRecord } from '../../../schema/purge-event.ts';

const [file = ''] = process.argv.slice(2);
const config = await loadConfig(file, { env: process.env, flags: {}, cwd: process.cwd() });
const log = createMemoryLog({ clock: systemClock(), name: randomUUID() });
const records = createServer((socket) => {
  // Batches come as lists, as a relay appends them.
  createInterface({ input: socket }).on('line', (line) => void log.append(JSON.parse(line) as readonly WireRecord[]));
});
records.listen(0, '127.0.0.1', () => console.log(`purge log at ${(records.address() as AddressInfo).port}`));

const stopped = stopSignal(process);
const logger = createLog({ level: config.logLevel, stream: process.stderr, colours: 'off' });
const gateway = await startGateway(config, logger, log);
console.log(`management at ${gateway.managementOrigin} (/metrics, /readyz)`);
console.log(`freshet ready at ${gateway.publicOrigin}/graphql`);
await stopped;
await gateway.stop();
process.exit(0);
