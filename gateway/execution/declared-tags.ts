// `@cacheTag` formats filled in: `user-{$key.id}`, `list-{$args.filter.kind}`.

const PLACE = /\{\$(key|args)\.([^}]+)\}/g;

/** @param values the key or the arguments as JSON. Null and absent become the empty string, as Apollo Router has it. */
export function fillFormats(formats: readonly string[], values: unknown): readonly string[] {
  return formats.map((format) => format.replace(PLACE, (_, _kind: string, path: string) => valueAt(values, path)));
}

function valueAt(values: unknown, path: string): string {
  let value: unknown = values;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return '';
    value = Reflect.get(value, name);
  }
  return value === null || value === undefined ? '' : String(value);
}
