// What wants are to those who would wait for the same: their records, their selection, and the tags whose purge forbids joining.

import { hash } from 'node:crypto';
import { anyTag } from '../../schema/tag.ts';
import type { FlightRequest } from '../cache/flights.ts';
import type { Judge, TagDigest } from '../cache/judge.ts';
import type { RecordAddress } from '../cache/record.ts';
import { baseTags } from '../cache/record-address.ts';
import { wantText } from './origin-request.ts';
import type { QueryText } from './request-text.ts';
import type { Run } from './run.ts';
import type { Step } from './run-fetch.ts';
import { mainAddressOf, type Variants, type Want } from './want.ts';

export function flightsOf(wants: readonly Want[], step: Step, run: Run, variants: Variants): readonly FlightRequest[] {
  const { knowledge, judge } = run.context;
  const selections = new Map<QueryText, string>();
  return wants.map((want) => {
    const query = wantText(want);
    let selection = selections.get(query);
    if (selection === undefined) {
      selection = selectionText(query, step, run);
      selections.set(query, selection);
    }
    const subjectHash = knowledge.isPrivate(want.selection) ? run.subjectHash : null;
    return new WantFlight(mainAddressOf(want, run, variants, subjectHash), selection, judge);
  });
}

/** Digested: it is part of as many keys as there are wants. */
function selectionText({ text, used }: QueryText, { document }: Step, { variables }: Run): string {
  // With the definition, which holds the default that an absent one stands for.
  const values = used.map(
    (name) => `${document.variableDefinitions.get(name)}=${JSON.stringify(variables[name]) ?? ''}`,
  );
  return hash('sha256', `${text}\n${values.join('\n')}`, 'base64url');
}

/** A class for its getter: the tags are only looked at where there is a flight to join. */
class WantFlight implements FlightRequest {
  readonly address: RecordAddress;
  readonly selection: string;
  readonly judge: Judge;

  constructor(address: RecordAddress, selection: string, judge: Judge) {
    this.address = address;
    this.selection = selection;
    this.judge = judge;
  }

  /** What else the answer turns out to bear is judged when it lands. */
  get tags(): readonly TagDigest[] {
    const { address, judge } = this;
    return [...(baseTags(address) ?? []), anyTag(address.subgraph)].map((tag) => judge.digest(tag));
  }
}
