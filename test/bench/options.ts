// What `npm run bench` was asked for.

import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of contestants; null: all. */
  readonly only: readonly string[] | null;
  /** Names of workloads; null: all, and the other measurements. */
  readonly workloads: readonly string[] | null;
  readonly seconds: number;
  readonly rounds: number;
  readonly mode: 'compare' | 'profile' | { readonly soakMinutes: number };
}

export const USAGE = `npm run bench -- [options]
Freshet beside other gateways, on one core, in front of the same subgraphs. Without options some 25 minutes.

  --only NAME,…       these contestants (a wrong name lists them); default all
  --workload NAME,…   these workloads, and \`goals\` for the measurements that are none (a wrong name lists them); default all
  --seconds N         least whole seconds of load in each round, more for a slow server (default 1)
  --rounds N          rounds, in turns; the median counts (default 4)
  --profile           instead: the five largest CPU costs of our gateway under each workload
  --soak MINUTES      instead: full load with purges and one-off ids for so long; does memory stay flat?
  --help              this

Writes .freshet/bench.md and .freshet/bench.svg. Peers are installed from npm into .freshet/bench-peers, once.
Example: npm run bench -- --workload page-1,page-100 --only node,freshet-finished,apollo --seconds 1 --rounds 1`;

/** Null: only help was asked for. @throws {Error} with the usage, for what is no such option */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parse(args);
  if (values.help) return null;
  const names = (text: string | undefined): readonly string[] | null =>
    text === undefined ? null : text.split(',').map((name) => name.trim());
  const soakMinutes = values.soak === undefined ? null : positive(values.soak, '--soak');
  return {
    only: names(values.only),
    workloads: names(values.workload),
    seconds: wholePositive(values.seconds ?? '1', '--seconds'),
    rounds: wholePositive(values.rounds ?? '4', '--rounds'),
    mode: soakMinutes !== null ? { soakMinutes } : values.profile ? 'profile' : 'compare',
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        workload: { type: 'string' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        profile: { type: 'boolean' },
        soak: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n\n${USAGE}`, { cause });
  }
}

function positive(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`expected a number above 0 for ${option}, got ${text}`);
  return value;
}

function wholePositive(text: string, option: string): number {
  const value = positive(text, option);
  if (!Number.isInteger(value)) throw new Error(`expected a whole number for ${option}, got ${text}`);
  return value;
}
