// What in a valid config is probably not meant: said in the log at start, refused by nobody.

import { nearestName } from './nearest.ts';
import type { Config } from './settled.ts';
import { EVERY } from './vocabulary.ts';

/** The subgraphs of the supergraph in force, with their types and the fields of these. */
export type KnownTypes = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** One sentence each: settings about subgraphs, types and fields that are not there, keys that can never work. */
export function configWarnings(config: Config, known: KnownTypes): readonly string[] {
  const subgraphs = [...known.keys()];
  const unknown = (where: string, name: string, names: readonly string[]): readonly string[] => {
    if (names.includes(name) || name === EVERY) return [];
    const nearest = nearestName(name, names);
    return [
      `${where} names ${name}, which the supergraph has not${nearest === null ? '' : `; did you mean ${nearest}?`}`,
    ];
  };
  const subgraphSettings = [...config.subgraphs.keys()].flatMap((name) => unknown('subgraphs', name, subgraphs));
  const cacheSettings = [...config.cache.subgraphs].flatMap(([name, settings]) => {
    const types = known.get(name);
    if (types === undefined) return unknown('cache.subgraphs', name, subgraphs);
    const where = `cache.subgraphs.${name}`;
    const fields = [...new Set([...settings.fields.keys(), ...settings.inline])].map((field) => field.split('.'));
    const typenames = new Set([...settings.types.keys(), ...fields.flatMap(([type]) => type ?? [])]);
    return [
      ...[...typenames].flatMap((type) => unknown(where, type, [...types.keys()])),
      ...fields.flatMap(([type = '', field]) => {
        const known = types.get(type);
        return known === undefined
          ? []
          : unknown(
              where,
              `${type}.${field}`,
              Array.from(known, (one) => `${type}.${one}`),
            );
      }),
    ];
  });
  const headerSettings = config.headers.flatMap(({ name, forward, key }) => [
    ...(forward === 'all' ? [] : [...forward].flatMap((one) => unknown(`headers.${name}.forward`, one, subgraphs))),
    ...(key === 'subject' && config.jwt === null
      ? [
          `headers.${name} is keyed by the subject, but without auth.jwt none is known: what is fetched with it is not cached`,
        ]
      : []),
  ]);
  return [...subgraphSettings, ...cacheSettings, ...headerSettings];
}
