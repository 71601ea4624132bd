// The name of a field in an entry: the same for every operation, alias and spelling that means the same.

import { type ArgumentNode, Kind, type ValueNode } from 'graphql';

export type VariableValues = Readonly<Record<string, unknown>>;

/** Text where the arguments are literals; else a function of the variables as the client sent them. */
export type CanonicalName = string | ((variables: VariableValues) => string);

/**
 * `name`, or `name({"first":5})` with arguments in canonical order, each as JSON. An absent variable is an absent argument. Within an argument
 * the order of keys is the client's: a custom scalar may mean something by it, such as what to sort by first.
 */
export function canonicalName(name: string, args: readonly ArgumentNode[], defaults: VariableValues): CanonicalName {
  if (args.length === 0) return name;
  const sorted = [...args].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));
  const write = (variables: VariableValues): string => {
    const parts: string[] = [];
    for (const argument of sorted) {
      const value = valueText(argument.value, variables, defaults);
      if (value !== undefined) parts.push(`${JSON.stringify(argument.name.value)}:${value}`);
    }
    return `${name}({${parts.join(',')}})`;
  };
  return sorted.some((argument) => hasVariable(argument.value)) ? write : write({});
}

/** The name under these variables. */
export const written = (name: CanonicalName, variables: VariableValues): string =>
  typeof name === 'string' ? name : name(variables);

/** JSON with object keys in order: two values that are deeply equal have one text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, below]) => below !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, below]) => `${JSON.stringify(key)}:${canonicalJson(below)}`).join(',')}}`;
}

function valueText(node: ValueNode, variables: VariableValues, defaults: VariableValues): string | undefined {
  switch (node.kind) {
    case Kind.VARIABLE: {
      const name = node.name.value;
      const value = Object.hasOwn(variables, name) ? variables[name] : defaults[name];
      return value === undefined ? undefined : JSON.stringify(value);
    }
    case Kind.NULL:
      return 'null';
    case Kind.INT:
    case Kind.FLOAT:
      // As written: it is JSON, and a number that JavaScript cannot hold exactly keeps all its digits.
      return node.value;
    case Kind.STRING:
    case Kind.ENUM:
      return JSON.stringify(node.value);
    case Kind.BOOLEAN:
      return String(node.value);
    case Kind.LIST:
      return `[${node.values.map((item) => valueText(item, variables, defaults) ?? 'null').join(',')}]`;
    case Kind.OBJECT: {
      const parts = node.fields.flatMap((field) => {
        const value = valueText(field.value, variables, defaults);
        return value === undefined ? [] : [`${JSON.stringify(field.name.value)}:${value}`];
      });
      return `{${parts.join(',')}}`;
    }
  }
}

function hasVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.some(hasVariable);
  return node.kind === Kind.OBJECT && node.fields.some((field) => hasVariable(field.value));
}
