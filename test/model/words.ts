// Names for the people who read a trace.

import type { Entry, LogRecord, RowVersion, Stamp } from './state.ts';

export const sourceName = (source: number): string => 'xyz'.charAt(source);
export const gatewayName = (gateway: number): string => `gateway ${'AB'.charAt(gateway)}`;
export const rowName = (row: number): string => `row ${row + 1}`;

export function valuesText(values: readonly RowVersion[]): string {
  return values.map(({ row, version }) => `${rowName(row)} version ${version}`).join(' and ');
}

export function stampsText(stamps: readonly Stamp[]): string {
  return stamps
    .map(({ source, logId, position }) => `${sourceName(source)}: log ${logId}, position ${position}`)
    .join('; ');
}

export function entryText({ values, stamps }: Entry): string {
  return `{${valuesText(values)} | ${stampsText(stamps)}}`;
}

export function recordText(record: LogRecord): string {
  if (record.kind === 'noise') return 'a record that nothing can be read of';
  const origin = `${sourceName(record.source)}, log ${record.logId}`;
  switch (record.kind) {
    case 'purge':
      return `purge of ${rowName(record.row)} (${origin}, number ${record.number})`;
    case 'unreadable':
      return `an unreadable record (${origin}, number ${record.number})`;
    case 'heartbeat':
      return `heartbeat as of ${record.at} ticks ago (${origin}, number reached ${record.number}, after offset ${record.after})`;
  }
}
