// The config as text for people, with secrets left out.

import { stringify } from 'yaml';
import type { Config } from './settled.ts';

const HIDDEN = '(hidden)';

/** The whole config as YAML, every default filled in. Keys, secrets and passwords of URLs are not shown. */
export function printConfig(config: Config): string {
  const shown = {
    ...config,
    apollo: config.apollo === null ? null : { ...config.apollo, key: HIDDEN },
    origin: { ...config.origin, secret: config.origin.secret === null ? null : HIDDEN },
    cache: { ...config.cache, shards: config.cache.shards.map(({ name }) => name) },
    purge: { ...config.purge, invalidationKey: config.purge.invalidationKey === null ? null : HIDDEN },
    jwt:
      config.jwt?.keys.kind === 'secret' ? { ...config.jwt, keys: { ...config.jwt.keys, secret: HIDDEN } } : config.jwt,
  };
  return stringify(shown, plain, { lineWidth: 0 });
}

function plain(_key: unknown, value: unknown): unknown {
  return value instanceof Set ? [...value] : value;
}
