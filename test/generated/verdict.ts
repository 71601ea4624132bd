// Who is right: ours is held to Apollo's answer, and where the two differ to what graphql-js makes of the merged data.

import type { GraphQLSchema } from 'graphql';
import { knownFaults } from './apollo-faults.ts';
import type { PlannerName, Told } from './contestants.ts';
import type { GraphModel } from './graph-model.ts';
import type { Variables } from './operation-arbitrary.ts';
import { haveSameErrors } from './same-errors.ts';
import { UNPLANNED } from './unplanned.ts';

/** An operation with all that is known of its answer. */
export interface Question {
  readonly schema: GraphQLSchema;
  readonly model: GraphModel;
  readonly query: string;
  readonly variables: Variables;
  /** `threw`: Apollo's gateway rejected, in these words. */
  readonly apollo: Told | { readonly threw: string };
  readonly right: Told;
}

export type AskApollo = (query: string) => Promise<Question['apollo']>;

export type Verdict =
  | { readonly kind: 'same' }
  /** Ours is right, Apollo's is wrong in a way that is known. */
  | { readonly kind: 'known fault'; readonly names: readonly string[] }
  /** Nobody's planner has a plan: ours says so. */
  | { readonly kind: 'no plan'; readonly name: string }
  | { readonly kind: 'wrong'; readonly why: string };

/** @param ask Apollo's gateway, with the variables of the question */
export async function verdictOn(
  told: Told,
  planner: PlannerName,
  question: Question,
  ask: AskApollo,
): Promise<Verdict> {
  const { apollo, right } = question;
  const isRight = told.data === right.data && haveSameErrors(told, right);
  if (!isRight) return verdictOnWrong(told, question);
  if ('threw' in apollo) return faultOf(question, ask);
  if (told.data !== apollo.data || !haveSameErrors(told, apollo)) return faultOf(question, ask);
  // Two planners may ask different subgraphs for one field.
  if (planner === 'apollo' && !haveSameExtensions(told, apollo) && !isShared(question)) {
    return { kind: 'wrong', why: 'the extensions of errors are not those of Apollo’s' };
  }
  return { kind: 'same' };
}

function verdictOnWrong(told: Told, question: Question): Verdict {
  if (told.errors.some((error) => error.includes('PLAN_FAILED'))) {
    const known = UNPLANNED.find(({ recognises }) => recognises(question.model, question.query));
    return known === undefined
      ? { kind: 'wrong', why: 'there is no plan for it, ours says' }
      : { kind: 'no plan', name: known.name };
  }
  return told.data === question.right.data
    ? { kind: 'wrong', why: 'the errors are not those of the merged data' }
    : { kind: 'wrong', why: 'the data is not the merged data' };
}

const isShared = ({ model }: Question): boolean =>
  [...model.types.values()].some(({ fields }) => [...fields.values()].some(({ uses }) => uses.size > 1));

async function faultOf(question: Question, ask: AskApollo): Promise<Verdict> {
  const names = await knownFaults(question, ask);
  return names === null
    ? { kind: 'wrong', why: 'Apollo’s differs from ours and from the merged data in a way that is not listed' }
    : { kind: 'known fault', names };
}

/** Where one of the two has more errors below a null, those of the other are looked for. */
const haveSameExtensions = (one: Told, other: Told): boolean =>
  one.errors.every((error) => other.errors.includes(error)) ||
  other.errors.every((error) => one.errors.includes(error));
