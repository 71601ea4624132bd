// Sends requests to subgraphs, each to where it listens.

import { type OriginPlace, openExchanges } from './exchange.ts';
import type { OriginAnswer } from './origin-answer.ts';
import { createTurns, type Turn, type TurnLimits, type Turns } from './turns.ts';

export interface OriginSubgraph {
  readonly name: string;
  /** Where GraphQL is asked. */
  readonly url: string;
  /** From sending to the last byte. */
  readonly timeoutMs: number;
  /** Of an answer, decoded. */
  readonly maxBytes: number;
}

export interface OriginOptions {
  readonly subgraphs: readonly OriginSubgraph[];
  /** Of each subgraph. `runningCount` is that of connections too. */
  readonly turns: TurnLimits;
  readonly metrics: OriginMetrics;
  /** Ms of a clock that nobody sets. */
  readonly monotonicMs: () => number;
}

export interface OriginMetrics {
  /** `freshet_origin_requests_total`, `freshet_origin_seconds`. The outcome is the kind of the answer. */
  request(subgraph: string, outcome: OriginAnswer['kind'], tookMs: number): void;
}

export interface Origin {
  /**
   * Never rejects, never takes longer than the longest wait for a turn and the subgraph's timeout.
   * @param body JSON, as text or in UTF-8 @param abandon ends the request before; null: nothing does
   */
  send(
    subgraph: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    abandon: AbortSignal | null,
  ): Promise<OriginAnswer>;
  /** Other subgraphs or other places of them: after a reload. Requests under way end as they began. */
  setSubgraphs(subgraphs: readonly OriginSubgraph[]): void;
  close(): Promise<void>;
}

/** No `accept-encoding`: to a subgraph nearby, compressing costs more than it saves. */
const ACCEPTED = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' };

export function createOrigin({ subgraphs: first, turns: limits, metrics, monotonicMs }: OriginOptions): Origin {
  const exchanges = openExchanges(limits.runningCount);
  let subgraphs = byName(first, limits, new Map());
  const ask: Origin['send'] = async (name, body, headers, abandon) => {
    const subgraph = subgraphs.get(name);
    if (subgraph === undefined) return { kind: 'unreachable', reason: `no subgraph is named ${name}` };
    const { place, timeoutMs, maxBytes, turns } = subgraph;
    if (place === null) return { kind: 'unreachable', reason: 'its address is no URL' };
    const beganAt = monotonicMs();
    const taken = turns.take(abandon);
    const turn = typeof taken === 'string' ? taken : await taken;
    if (turn !== 'go') {
      const refused = refusal(turn, limits);
      metrics.request(name, refused.kind, monotonicMs() - beganAt);
      return refused;
    }
    const answer = await exchanges.send({
      place,
      body,
      headers: { ...ACCEPTED, ...headers },
      timeoutMs,
      maxBytes,
      abandon,
    });
    turns.end();
    metrics.request(name, answer.kind, monotonicMs() - beganAt);
    return answer;
  };
  return {
    send: ask,
    setSubgraphs(next) {
      subgraphs = byName(next, limits, subgraphs);
    },
    close: exchanges.close,
  };
}

interface Located extends OriginSubgraph {
  /** Null: its URL cannot be read. */
  readonly place: OriginPlace | null;
  readonly turns: Turns;
}

/** @param before whose turns go on: their requests are still under way */
const byName = (
  subgraphs: readonly OriginSubgraph[],
  limits: TurnLimits,
  before: ReadonlyMap<string, Located>,
): ReadonlyMap<string, Located> =>
  new Map(
    subgraphs.map((subgraph) => {
      const { name, url } = subgraph;
      return [name, { ...subgraph, place: placeOf(url), turns: before.get(name)?.turns ?? createTurns(limits) }];
    }),
  );

function refusal(turn: Exclude<Turn, 'go'>, { runningCount, waitingCount, waitMs }: TurnLimits): OriginAnswer {
  switch (turn) {
    case 'abandoned':
      return { kind: 'abandoned' };
    case 'full':
      return {
        kind: 'overloaded',
        reason: `${runningCount} requests are under way, ${waitingCount} wait (origin.maxWaiting)`,
      };
    case 'late':
      return { kind: 'overloaded', reason: `no turn came within ${waitMs} ms (origin.waitTimeout)` };
  }
}

function placeOf(url: string): OriginPlace | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const { origin, pathname, search } = parsed;
  return { origin, path: `${pathname}${search}` };
}
