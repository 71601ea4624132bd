// Answers of a gateway that has more to do than it may: the errors, and the status where nothing came of a request.

import { ERRORS } from '../errors.ts';
import type { AnswerError } from './answer.ts';
import type { PlacedError } from './run.ts';
import type { Waits } from './waits.ts';

/** Why a step was not fetched. */
export function refusedPlace(subgraph: string, place: Exclude<ReturnType<Waits['take']>, 'taken'>): PlacedError {
  const [code, where] =
    place === 'none' ? (['SERVER_OVERLOADED', 'at all'] as const) : (['ORIGIN_OVERLOADED', 'for it'] as const);
  const message = `Subgraph "${subgraph}" was not asked: as many requests as may wait ${where} (limits.waiting) do`;
  return { message, path: null, extensions: { code, serviceName: subgraph } };
}

const STATUS = ERRORS.SERVER_OVERLOADED.httpStatus;
/** Keys are names: nothing is escaped in them. */
const NOTHING_CAME = /^(?:null|\{(?:"\w+":null,?)*\})$/;

/** With the HTTP status of an overload where no root field has a value: whoever is told 200 would not ask again. */
export function withStatus(errors: readonly AnswerError[], dataText: string): readonly AnswerError[] {
  if (!errors.some(isOverload) || !NOTHING_CAME.test(dataText)) return errors;
  return errors.map((error) =>
    isOverload(error) ? { ...error, extensions: { ...error.extensions, http: { status: STATUS } } } : error,
  );
}

const isOverload = ({ extensions }: AnswerError): boolean =>
  extensions?.code === 'ORIGIN_OVERLOADED' || extensions?.code === 'SERVER_OVERLOADED';
