// What a relay says of itself: its phase, its log lines (one when something changes, not one per try), its metrics.

import type { Log } from './log.ts';
import type { RelayMetrics } from './relay.ts';
import type { TenurePhase, TenureReport } from './relay-tenure.ts';

/**
 * `waiting`: another relay of the source works. `standby`: the database is one. `trouble`: what failed is tried again.
 */
export type RelayPhase =
  | TenurePhase
  | { readonly kind: 'connecting' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'trouble'; readonly error: unknown }
  | { readonly kind: 'stopped' };

export interface RelayReport extends TenureReport {
  phase(phase: RelayPhase): void;
  trouble(error: unknown): void;
  /** Whether a heartbeat was acknowledged since this was asked last. */
  worked(): boolean;
  current(): RelayPhase;
}

export function relayReport(source: string, logger: Log, metrics: RelayMetrics): RelayReport {
  let current: RelayPhase = { kind: 'connecting' };
  let said = '';
  let beaten = false;
  /** Tries come several times a second; people are told when the words change. */
  const sayOnce = (level: 'info' | 'warn' | 'error', fields: object, sentence: string): void => {
    const key = `${sentence}${JSON.stringify(fields)}`;
    if (key === said) return;
    said = key;
    logger[level]({ source, ...fields }, sentence);
  };
  const enter = (phase: RelayPhase): void => {
    current = phase;
    metrics.onPhase?.(phase);
  };
  return {
    current: () => current,
    phase(phase) {
      // Only a heartbeat ends trouble: on the way to it the same failure is met again.
      if (current.kind === 'trouble' && phase.kind === 'connecting') return;
      enter(phase);
      switch (phase.kind) {
        case 'unwatched':
          return sayOnce(
            'error',
            { problems: phase.problems },
            'changes of watched tables go unseen: no heartbeats until they are watched again (select freshet.rewatch(TABLE))',
          );
        case 'standby':
          return sayOnce('warn', {}, 'the database is a standby: the relay waits until it is the primary');
        case 'waiting':
          return sayOnce('info', {}, 'another relay of this source works; this one stands by');
        case 'working':
          return sayOnce('info', {}, 'the relay works');
        case 'connecting':
        case 'trouble':
        case 'stopped':
          return;
      }
    },
    trouble(error) {
      enter({ kind: 'trouble', error });
      sayOnce(
        'warn',
        { reason: error instanceof Error ? error.message : String(error) },
        'the relay is held up and tries again',
      );
    },
    worked() {
      const since = beaten;
      beaten = false;
      return since;
    },
    purgedAll: (reason) => logger.warn({ source, reason }, 'everything that reads from this source was purged'),
    collapsed: (rowCount) => logger.warn({ source, rowCount }, 'the outbox was so full that whole types were purged'),
    acknowledged: (eventCount, waitedMs) => metrics.onAcknowledged?.(eventCount, Math.max(0, waitedMs)),
    beaten(asOfAt) {
      beaten = true;
      metrics.onHeartbeat?.(asOfAt);
    },
  };
}
