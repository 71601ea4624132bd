// The freshet.yaml of an embedded gateway that a test starts: that of `npm start`, with the test's own settings in place of the usual ones.
import { parse, stringify } from 'yaml';
import type { GatewayOverrides } from './gateway-settings.ts';

interface Settings {
  readonly cache: { readonly shards: readonly string[] };
  readonly purge: object;
}

export interface EmbeddedSettings {
  readonly text: string;
  readonly shardCount: number;
}

/** @param text of `npm start` */
export function embeddedSettings(
  text: string,
  { graph, supergraph, origin, cache, purge }: GatewayOverrides,
): EmbeddedSettings {
  const settings: Settings = parse(text);
  const cached = { ...settings.cache, ...cache };
  const changed = stringify({
    ...settings,
    ...(graph === undefined ? {} : { graph }),
    ...(supergraph === undefined ? {} : { supergraph: { path: supergraph } }),
    ...(origin === undefined ? {} : { origin }),
    cache: cached,
    purge: { ...settings.purge, ...purge },
  });
  return { text: changed, shardCount: cached.shards.length };
}
