// The small worlds that are searched whole: how many of each thing there are, and what may go wrong how often.

import type { Budget } from './state.ts';

export interface Configuration {
  readonly name: string;
  /** S, in ticks. */
  readonly boundTicks: number;
  /** The source of each row: its index is the row's. */
  readonly rows: readonly number[];
  /** The rows that one fetch reads, for each kind of fetch. */
  readonly fetches: readonly (readonly number[])[];
  /** Tags that a ledger holds before it must forget. */
  readonly ledgerTags: number;
  /** Whether the tags of an answer follow from the question, or come with the answer (a declared `@cacheTag`). */
  readonly tagsKnown: 'when asked' | 'with the answer';
  /** Whether an answer may come, be stored and be joined long after the subgraph read it: one world has slow answers, others need not. */
  readonly fetchEnds: 'later' | 'when read';
  /** Heartbeats of each source that the log holds at the start, all read by both gateways. */
  readonly beatsBefore: number;
  /** Bounds of the search; what is not named never happens. */
  readonly budget: Partial<Budget>;
}

const oneRow = {
  boundTicks: 0,
  rows: [0],
  fetches: [[0]],
  ledgerTags: 9,
  tagsKnown: 'when asked',
  fetchEnds: 'when read',
  beatsBefore: 1,
} as const satisfies Partial<Configuration>;

export const configurations = {
  race: {
    ...oneRow,
    boundTicks: 1,
    name: 'fetches race commits',
    fetchEnds: 'later',
    budget: { commits: 2, polls: 2, fetches: 1 },
  },
  flights: {
    ...oneRow,
    boundTicks: 1,
    name: 'two fetches at once',
    fetchEnds: 'later',
    budget: { commits: 1, polls: 2, fetches: 2 },
  },
  declaredTags: {
    ...oneRow,
    name: 'tags come with the answer',
    tagsKnown: 'with the answer',
    fetchEnds: 'later',
    budget: { commits: 1, polls: 2, fetches: 1 },
  },
  twoRows: {
    ...oneRow,
    name: 'one snapshot of two rows, a ledger of one tag',
    rows: [0, 0],
    fetches: [[0], [1]],
    ledgerTags: 1,
    budget: { commits: 2, polls: 2, fetches: 1 },
  },
  derived: {
    ...oneRow,
    name: 'answers made of two subgraphs',
    rows: [0, 1],
    fetches: [[0], [1]],
    budget: { commits: 1, polls: 2, fetches: 2, derivations: 1 },
  },
  twoSources: {
    ...oneRow,
    name: 'one subgraph over two databases',
    rows: [0, 1],
    fetches: [[0, 1]],
    budget: { commits: 2, polls: 2, fetches: 1 },
  },
  unreadable: {
    ...oneRow,
    name: 'records that cannot be read, and such as are sent twice',
    budget: { commits: 2, polls: 2, fetches: 1, unreadable: 1, noise: 1, repeatedSends: 1 },
  },
  redelivered: {
    ...oneRow,
    name: 'records delivered twice',
    budget: { commits: 2, polls: 2, fetches: 1, redeliveries: 1 },
  },
  jumped: {
    ...oneRow,
    name: 'a consumer that jumps, gateways restarted',
    budget: { commits: 1, polls: 2, fetches: 1, jumps: 1, gatewayRestarts: 1 },
  },
  lost: {
    ...oneRow,
    name: 'acknowledged records lost',
    budget: { commits: 1, polls: 3, fetches: 1, lostRecords: 1, unansweredSends: 1 },
  },
  resent: {
    ...oneRow,
    name: 'several records lost that were sent without an answer',
    budget: { commits: 1, polls: 2, fetches: 1, lostRecords: 2, unansweredSends: 2 },
  },
  tail: {
    ...oneRow,
    name: 'acknowledged records lost under two relays',
    rows: [0, 1],
    fetches: [[0]],
    budget: { commits: 1, polls: 2, fetches: 1, lostRecords: 1 },
  },
  replaced: {
    ...oneRow,
    name: 'the log made anew under a live relay',
    budget: { commits: 1, polls: 2, fetches: 1, recreatedLogs: 1, gatewayRestarts: 1 },
  },
  slowFill: {
    ...oneRow,
    name: 'the log made anew under a slow fetch',
    fetchEnds: 'later',
    beatsBefore: 3,
    budget: { commits: 1, polls: 2, fetches: 1, recreatedLogs: 1 },
  },
  relays: {
    ...oneRow,
    name: 'relays crash, freeze, succeed each other',
    budget: { commits: 1, polls: 2, fetches: 1, lostRecords: 1, takeovers: 1 },
  },
  succession: {
    ...oneRow,
    name: 'sends without an answer and relays that succeed each other, nothing lost',
    budget: { commits: 1, polls: 2, fetches: 1, unansweredSends: 1, takeovers: 1 },
  },
  renewal: {
    ...oneRow,
    name: 'the log made anew after a send without an answer',
    budget: { commits: 1, polls: 2, fetches: 1, unansweredSends: 1, recreatedLogs: 1 },
  },
  confirmation: {
    ...oneRow,
    name: 'the log made anew between two heartbeats',
    budget: { commits: 1, polls: 3, fetches: 1, recreatedLogs: 1 },
  },
} as const satisfies Record<string, Configuration>;

/** Half a million states and more each, minutes on a busy core. Searched by `deep.ts`, not with the tests. */
export const deepConfigurations = {
  twoSourcesLost: {
    ...oneRow,
    name: 'one subgraph over two databases, acknowledged records lost',
    rows: [0, 1],
    fetches: [[0, 1]],
    budget: { commits: 1, polls: 3, fetches: 1, lostRecords: 1 },
  },
  twoSourcesReplaced: {
    ...oneRow,
    name: 'one subgraph over two databases, the log made anew',
    rows: [0, 1],
    fetches: [[0, 1]],
    budget: { commits: 1, polls: 3, fetches: 1, recreatedLogs: 1 },
  },
  twoFaults: {
    ...oneRow,
    name: 'any two faults',
    budget: { ...everyFault(), commits: 1, polls: 2, fetches: 1, faults: 2 },
  },
  oneFault: {
    ...oneRow,
    name: 'any fault beside slow fetches',
    fetchEnds: 'later',
    budget: { ...everyFault(), commits: 1, polls: 2, fetches: 1, faults: 1 },
  },
} as const satisfies Record<string, Configuration>;

function everyFault(): Partial<Budget> {
  return {
    lostRecords: 2,
    recreatedLogs: 1,
    repeatedSends: 1,
    unansweredSends: 1,
    unreadable: 1,
    noise: 1,
    redeliveries: 1,
    jumps: 1,
    gatewayRestarts: 1,
    takeovers: 1,
  };
}

/** The oldest age that is told apart: S + 1. */
export function oldest({ boundTicks }: Configuration): number {
  return boundTicks + 1;
}
