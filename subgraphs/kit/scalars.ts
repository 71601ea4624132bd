// The custom scalars that subgraphs share: how they are written in answers and read from arguments.

import { GraphQLError, type GraphQLScalarType, Kind, type ValueNode } from 'graphql';

type ScalarFunctions = Pick<GraphQLScalarType, 'serialize' | 'parseValue' | 'parseLiteral'>;

/** Moments: Date inside, ISO 8601 in UTC with milliseconds outside. */
export const dateTime: ScalarFunctions = scalar(
  (value) => (value instanceof Date ? value : readMoment(value)).toISOString(),
  readMoment,
);

/** Days: `2026-03-01` inside and outside. */
export const date: ScalarFunctions = scalar(readDay, readDay);

/** Exact amounts: decimal text inside (as PostgreSQL gives `numeric`), two decimals outside. */
export const money: ScalarFunctions = scalar(
  (value) => (typeof value === 'string' && value.at(-3) === '.' ? value : readAmount(value)),
  readAmount,
);

function scalar<Inside>(write: (value: unknown) => string, read: (value: unknown) => Inside): ScalarFunctions {
  return {
    serialize: write,
    parseValue: read,
    parseLiteral: (node) => read(literalOf(node)),
  };
}

function literalOf(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.INT:
    case Kind.FLOAT:
      return node.value;
    default:
      throw new GraphQLError(`expected a text or a number, got ${node.kind}`, { nodes: node });
  }
}

function readMoment(value: unknown): Date {
  const moment = typeof value === 'string' ? new Date(value) : null;
  if (moment === null || Number.isNaN(moment.getTime())) {
    throw new GraphQLError(`DateTime: expected a moment as in "2026-03-01T12:00:00.000Z", got ${shown(value)}`);
  }
  return moment;
}

function readDay(value: unknown): string {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw new GraphQLError(`Date: expected a day as in "2026-03-01", got ${shown(value)}`);
}

function readAmount(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  const amount = typeof text === 'string' ? /^(-?\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text) : null;
  if (amount === null) {
    throw new GraphQLError(`Money: expected an amount with at most two decimals as in "19.90", got ${shown(value)}`);
  }
  return `${amount[1]}.${(amount[2] ?? '').padEnd(2, '0')}`;
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);
