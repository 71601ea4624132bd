// The freshet.yaml of an embedded gateway that a test starts: that of `npm start`, with the test's own settings in place of the usual ones.
import { parse, stringify } from 'yaml';
import type { GatewayOverrides } from './gateway-settings.ts';

interface Settings {
  readonly cache: object;
  readonly purge: object;
}

/** @param text of `npm start` */
export function embeddedSettings(text: string, { graph, cache, purge }: GatewayOverrides): string {
  const settings: Settings = parse(text);
  return stringify({
    ...settings,
    ...(graph === undefined ? {} : { graph }),
    cache: { ...settings.cache, ...cache },
    purge: { ...settings.purge, ...purge },
  });
}
