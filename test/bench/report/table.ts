// What was measured, as Markdown: ratios first, then what each row cost.

import type { Contestant } from '../contestants/contestant.ts';
import { SAME_BYTES } from '../contestants/same-bytes.ts';
import { type Cell, findCell, median, rateOf, ratio } from '../measure/cell.ts';
import type { Workload } from '../workloads/workload.ts';

/** Throughput as a share of the unit's: a row for each contestant, a column for each workload. */
export function ratioTable(cells: readonly Cell[]): string {
  const workloads = workloadsOf(cells);
  return markdownTable(
    ['of node:http with the same bytes', ...workloads.map(({ title }) => title)],
    contestantsOf(cells).map(({ name, title }) => [
      title,
      ...workloads.map((workload) => shareText(cells, workload.name, name)),
    ]),
  );
}

/** Everything of one workload. */
export function workloadTable(cells: readonly Cell[], workload: Workload): string {
  const own = cells.filter((cell) => cell.workload.name === workload.name);
  const rows = own.map((cell) => {
    const { contestant, outcome } = cell;
    if (outcome.kind !== 'measured') return [contestant.title, `does not count: ${outcome.reason.slice(0, 200)}`];
    const { rounds, halfLoad, residentBytes } = outcome;
    const rates = rounds.map((round) => round.requestsPerSecond);
    const middle = (of: (round: (typeof rounds)[number]) => number | null): number | null => {
      const known = rounds.map(of).filter((value) => value !== null);
      return known.length === 0 ? null : median(known);
    };
    return [
      contestant.title,
      `${whole(rateOf(cell))} (${whole(Math.min(...rates))} to ${whole(Math.max(...rates))})`,
      shareText(cells, workload.name, contestant.name),
      `${whole(middle((round) => round.cpuUsEach))} µs`,
      percent(middle((round) => round.coreShare)),
      contestant.side === 'unit' ? '' : `${(middle((round) => round.originRequestsEach) ?? 0).toFixed(2)}`,
      `${ms(halfLoad.p50Ms)} / ${ms(halfLoad.p99Ms)} / ${ms(halfLoad.p999Ms)} at ${whole(halfLoad.requestsPerSecond)}/s`,
      residentBytes === null ? '' : `${Math.round(residentBytes / 2 ** 20)} MiB`,
      rounds.at(-1)?.answersFrom ?? '',
    ];
  });
  const [first] = own;
  const head = [
    'server',
    'requests/s (least to most)',
    'of node:http',
    'CPU each',
    'of its core',
    'subgraph requests each',
    'p50 / p99 / p99.9 ms at half load',
    'RSS',
    'answers from',
  ];
  return `### ${workload.title} (${first?.answerBytes ?? 0} bytes each)\n\n${markdownTable(head, rows)}`;
}

/** What each was told, so that anyone may say what is missing. */
export function settingsTable(cells: readonly Cell[]): string {
  return markdownTable(
    ['server', 'settings that are not its defaults'],
    contestantsOf(cells).map(({ name, title, settings }) => [`${title} (\`--only ${name}\`)`, settings]),
  );
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (values: readonly string[]): string =>
    `| ${head.map((_, index) => (values[index] ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export function contestantsOf(cells: readonly Cell[]): readonly Contestant[] {
  return [...new Set(cells.map(({ contestant }) => contestant))];
}

export function workloadsOf(cells: readonly Cell[]): readonly Workload[] {
  return [...new Set(cells.map(({ workload }) => workload))];
}

/** Three digits that count. */
export const share = (value: number): string =>
  value >= 0.1 ? value.toFixed(2) : value.toFixed(value >= 0.01 ? 3 : 4);

function shareText(cells: readonly Cell[], workload: string, contestant: string): string {
  const cell = findCell(cells, workload, contestant);
  if (cell === undefined) return '';
  if (cell.outcome.kind !== 'measured') return cell.outcome.kind;
  const value = ratio(cells, workload, contestant, SAME_BYTES.name);
  return value === null ? '' : share(value);
}

const whole = (value: number | null): string => (value === null ? '' : Math.round(value).toLocaleString('en'));
const percent = (value: number | null): string => (value === null ? '' : `${Math.round(value * 100)} %`);
const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
