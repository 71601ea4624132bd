// Stands between the gateways and a subgraph and holds answers back: the subgraph has read, and nobody has been told yet.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { noteOpen } from '../open-resources.ts';

export interface AnswerHolder {
  /** The subgraph's GraphQL, through it. */
  readonly url: string;
  /** Requests that were passed on so far. */
  readonly passedCount: number;
  /** Requests whose body holds this text, from now on: read by the subgraph at once, answered when they are released. */
  hold(text: string): Hold;
  /** Requests from now on go to another place of the subgraph. Those before are answered by the place that was asked. */
  passTo(url: string): void;
  stop(): Promise<void>;
}

export interface Hold {
  /** Answers that the subgraph has given and that wait here. */
  readonly heldCount: number;
  /** Lets those go that wait, and holds no more. */
  release(): void;
}

interface OpenHold {
  readonly text: string;
  heldCount: number;
  readonly released: Promise<void>;
}

interface Upstream {
  readonly pool: Pool;
  readonly path: string;
}

/** @param url of the subgraph's GraphQL. Nobody need listen there yet. */
export async function startAnswerHolder(url: string): Promise<AnswerHolder> {
  const { pathname } = new URL(url);
  const upstreams: Upstream[] = [];
  const passTo = (place: string): void => {
    const { origin, pathname: path } = new URL(place);
    upstreams.push({ pool: new Pool(origin, { connections: 64 }), path });
  };
  passTo(url);
  const holds = new Set<OpenHold>();
  let passedCount = 0;

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const text = body.toString();
    const mine = [...holds].filter((hold) => text.includes(hold.text));
    const { connection: _, 'transfer-encoding': __, 'content-length': ___, host: ____, ...headers } = incoming.headers;
    passedCount += 1;
    const upstream = upstreams.at(-1);
    if (upstream === undefined) throw new Error('Expected a place of the subgraph');
    const answer = await upstream.pool.request({ method: 'POST', path: upstream.path, headers, body });
    const answered = Buffer.from(await answer.body.arrayBuffer());
    for (const hold of mine) hold.heldCount += 1;
    await Promise.all(mine.map((hold) => hold.released));
    const { connection: _c, 'transfer-encoding': _t, 'keep-alive': _k, ...answerHeaders } = answer.headers;
    outgoing.writeHead(answer.statusCode, { ...answerHeaders, 'content-length': answered.length }).end(answered);
  };
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const closed = noteOpen(`an answer holder before ${url}`);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    get passedCount() {
      return passedCount;
    },
    hold(text) {
      const { promise: released, resolve } = Promise.withResolvers<void>();
      const hold: OpenHold = { text, heldCount: 0, released };
      holds.add(hold);
      return {
        get heldCount() {
          return hold.heldCount;
        },
        release() {
          holds.delete(hold);
          resolve();
        },
      };
    },
    passTo,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(upstreams.map(({ pool }) => pool.destroy()));
      closed();
    },
  };
}
