// Subgraphs that answer from memory: the real ones' answers, recorded at the first time that each request comes.
//
// So that what is measured is the gateway: the real subgraphs and their database take ten times as long as it does.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReplayOrigin {
  readonly url: string;
  stop(): Promise<void>;
}

interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param realUrl the subgraph that is recorded @param secret what it asks of whoever reaches it */
export async function startReplayOrigin(realUrl: string, secret: string): Promise<ReplayOrigin> {
  const recorded = new Map<string, Promise<Recorded>>();
  const record = async (body: string): Promise<Recorded> => {
    const headers = { 'content-type': 'application/json', 'freshet-secret': secret };
    const response = await fetch(realUrl, { method: 'POST', headers, body });
    const kept: Record<string, string> = { 'content-type': 'application/json' };
    const cacheControl = response.headers.get('cache-control');
    if (cacheControl !== null) kept['cache-control'] = cacheControl;
    return { headers: kept, body: await response.text() };
  };
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const known = recorded.get(body) ?? record(body);
    recorded.set(body, known);
    const answer = await known;
    response.writeHead(200, answer.headers).end(answer.body);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
