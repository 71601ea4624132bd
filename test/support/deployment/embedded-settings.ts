// The freshet.yaml of an embedded gateway that a test starts: that of `npm start`, with the test's own settings in place of the usual ones.
import { parse, stringify } from 'yaml';
import type { SubgraphName } from '../../../subgraphs/graph.ts';
import type { GatewayOverrides } from './gateway-settings.ts';

export interface EmbeddedSettingsOptions {
  readonly gateway?: GatewayOverrides;
  readonly holders?: readonly SubgraphName[];
}

interface Settings {
  readonly subgraphs: Record<string, { url: string }>;
  readonly cache: { readonly shards: readonly string[] };
  readonly purge: object;
}

export interface EmbeddedSettings {
  readonly text: string;
  readonly shardCount: number;
}

/** @param text of `npm start` @param hold puts a holder before a subgraph and returns its URL */
export async function embeddedSettings(
  text: string,
  { gateway = {}, holders = [] }: EmbeddedSettingsOptions,
  hold: (name: SubgraphName, url: string) => Promise<string>,
): Promise<EmbeddedSettings> {
  const { graph, cache, purge } = gateway;
  const settings: Settings = parse(text);
  const subgraphs = { ...settings.subgraphs };
  for (const name of holders) subgraphs[name] = { url: await hold(name, subgraphs[name]?.url ?? '') };
  const cached = { ...settings.cache, ...cache };
  const changed = stringify({
    ...settings,
    ...(graph === undefined ? {} : { graph }),
    subgraphs,
    cache: cached,
    purge: { ...settings.purge, ...purge },
  });
  return { text: changed, shardCount: cached.shards.length };
}
