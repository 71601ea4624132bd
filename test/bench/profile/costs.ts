// The largest costs in a CPU profile: time in a function itself, wherever it was called from.

import { fileURLToPath } from 'node:url';
import type { CpuProfile } from './inspector.ts';

export interface Cost {
  readonly functionName: string;
  /** From the top of the checkout; `node:` names and `native` as they are. */
  readonly place: string;
  /** Of the time in which the process did anything. */
  readonly share: number;
}

const TOP = fileURLToPath(new URL('../../..', import.meta.url));
/** The profiler's own names for not running. */
const IDLE = new Set(['(idle)', '(root)']);

/** @returns the largest first */
export function largestCosts({ nodes, samples, timeDeltas }: CpuProfile, count: number): readonly Cost[] {
  const names = new Map<number, string>();
  for (const { id, callFrame } of nodes)
    names.set(id, JSON.stringify([callFrame.functionName, placeOf(callFrame.url)]));
  const timeByName = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '["(unknown)","native"]';
    const [functionName = ''] = JSON.parse(name) as string[];
    if (IDLE.has(functionName)) return;
    const time = timeDeltas[index] ?? 0;
    total += time;
    timeByName.set(name, (timeByName.get(name) ?? 0) + time);
  });
  return [...timeByName]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, time]) => {
      const [functionName = '', place = ''] = JSON.parse(name) as string[];
      return { functionName: functionName === '' ? '(anonymous)' : functionName, place, share: time / total };
    });
}

function placeOf(url: string): string {
  if (url === '') return 'native';
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.startsWith(TOP) ? path.slice(TOP.length) : path;
}
