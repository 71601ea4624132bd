// The ratios as a picture: a panel for each workload, a bar for each contestant, on a scale of powers of ten.

import { SAME_BYTES } from '../contestants/same-bytes.ts';
import { type Cell, findCell, ratio } from '../measure/cell.ts';
import { contestantsOf, share, workloadsOf } from './table.ts';

const PANELS_ACROSS = 2;
const PANEL_WIDTH = 600;
const LABEL_WIDTH = 300;
const BAR_HEIGHT = 13;
const BAR_GAP = 4;
const HEAD_HEIGHT = 44;
const MARGIN = 16;
const TOP = 74;
/** What the edges stand for. */
const [LEAST, MOST] = [0.001, 3];
const COLOURS = { unit: '#8a8f98', ours: '#0a7d5a', peer: '#c8893a' } as const;

/** An SVG that stands for itself: readable on a light and on a dark page. */
export function chart(cells: readonly Cell[], about: string): string {
  const contestants = contestantsOf(cells);
  const workloads = workloadsOf(cells);
  const panelHeight = HEAD_HEIGHT + contestants.length * (BAR_HEIGHT + BAR_GAP) + MARGIN;
  const width = PANELS_ACROSS * PANEL_WIDTH + MARGIN;
  const height = TOP + Math.ceil(workloads.length / PANELS_ACROSS) * panelHeight + MARGIN;
  const panels = workloads.map(({ name, title }, index) => {
    const left = MARGIN + (index % PANELS_ACROSS) * PANEL_WIDTH;
    const top = TOP + Math.floor(index / PANELS_ACROSS) * panelHeight;
    const entered = contestants.filter((contestant) => findCell(cells, name, contestant.name) !== undefined);
    const bars = entered.map((contestant, row) => {
      const value = ratio(cells, name, contestant.name, SAME_BYTES.name);
      const y = HEAD_HEIGHT + row * (BAR_HEIGHT + BAR_GAP);
      return bar(contestant.title, value, COLOURS[contestant.side], y);
    });
    return `<g transform="translate(${left} ${top})"><text y="20" class="title">${escaped(title)}</text>${scale(entered.length)}${bars.join('')}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Throughput of GraphQL gateways as a share of node:http">`,
    '<style>text{font:11px system-ui,sans-serif;fill:#24292f}.title{font-size:13px;font-weight:600}.head{font-size:15px;font-weight:600}.faint{fill:#6a737d}</style>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="24" class="head">Requests per second on one core, as a share of node:http sending the same bytes</text>`,
    ...about
      .split('; ')
      .reduce<string[]>(onLines, [])
      .map((line, index) => `<text x="${MARGIN}" y="${43 + index * 15}" class="faint">${escaped(line)}</text>`),
    ...panels,
    '</svg>',
  ].join('\n');
}

/** Parts that fit on a line go together. */
const onLines = (lines: string[], part: string): string[] => {
  const last = lines.at(-1);
  return last === undefined || last.length + part.length > 130
    ? [...lines, part]
    : [...lines.slice(0, -1), `${last}; ${part}`];
};

const BARS_WIDTH = PANEL_WIDTH - LABEL_WIDTH - 2 * MARGIN - 40;
const widthOf = (value: number): number =>
  Math.max(1, (BARS_WIDTH * Math.log10(Math.min(MOST, Math.max(value, LEAST)) / LEAST)) / Math.log10(MOST / LEAST));

function bar(title: string, value: number | null, colour: string, y: number): string {
  const label = `<text x="${LABEL_WIDTH - 6}" y="${y + BAR_HEIGHT - 3}" text-anchor="end">${escaped(title)}</text>`;
  const at = LABEL_WIDTH + (value === null ? 0 : widthOf(value));
  const told = `<text x="${at + 5}" y="${y + BAR_HEIGHT - 3}" class="faint">${value === null ? '–' : share(value)}</text>`;
  if (value === null) return label + told;
  return `${label}<rect x="${LABEL_WIDTH}" y="${y}" width="${widthOf(value).toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${colour}"/>${told}`;
}

function scale(rowCount: number): string {
  const bottom = HEAD_HEIGHT + rowCount * (BAR_HEIGHT + BAR_GAP);
  return [0.001, 0.01, 0.1, 1]
    .map((value) => {
      const x = LABEL_WIDTH + (value === LEAST ? 0 : widthOf(value));
      return `<line x1="${x}" x2="${x}" y1="${HEAD_HEIGHT - 4}" y2="${bottom}" stroke="#d8dee4"/><text x="${x}" y="${HEAD_HEIGHT - 8}" text-anchor="middle" class="faint">${value}</text>`;
    })
    .join('');
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
