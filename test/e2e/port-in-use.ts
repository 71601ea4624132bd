// A port that another program listens on.
import { createServer } from 'node:net';
import { freePort } from '../support/free-port.ts';

/** Runs with a port that is in use, and lets it go after. */
export async function withPortInUse(run: (port: number) => Promise<void>): Promise<void> {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    await run(port);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
}
