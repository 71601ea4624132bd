// Spans, sizes, near names, warnings, and the forms in which the config is shown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nearestName } from '../../../../gateway/config/nearest.ts';
import { printConfig } from '../../../../gateway/config/print.ts';
import { configJsonSchema } from '../../../../gateway/config/schema.ts';
import { readSize, readSpan } from '../../../../gateway/config/units.ts';
import { configWarnings } from '../../../../gateway/config/warnings.ts';
import { resolveConfig } from '../../../../gateway/config.ts';

function configOf(yaml: string) {
  const file = { path: 'freshet.yaml', text: `supergraph: { path: a }\n${yaml}` };
  return resolveConfig({ file, env: {}, flags: {}, cwd: '/' });
}

describe('units', () => {
  it('reads spans as milliseconds and sizes as bytes', () => {
    expect(['250ms', '5s', '1.5m', '1h', '2d'].map(readSpan)).toEqual([250, 5_000, 90_000, 3_600_000, 172_800_000]);
    expect(['7B', '1kB', '1KiB', '64MiB', '1GB', '1GiB'].map(readSize)).toEqual([
      7, 1e3, 1024, 67_108_864, 1e9, 1_073_741_824,
    ]);
  });

  it('takes no number without a unit, no unit without a number, no sign, no space', () => {
    for (const text of ['', '5', 's', '-5s', '5 s', '5S', '5sec', '1e3s', '.5s', '5s ', '٥s'])
      expect(readSpan(text)).toBeNaN();
    for (const text of ['', '5', '64mib', '64 MiB', '-1B', '1TB']) expect(readSize(text)).toBeNaN();
  });
});

describe('nearestName', () => {
  it('finds a name through one slip in any place', () => {
    const names = ['managementPort', 'drainTimeout', 'replayWindow', 'bound', 'key'];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(100),
        fc.constantFrom('drop', 'double', 'swap'),
        (name, at, slip) => {
          const i = at % (name.length - 1);
          const wrong = {
            drop: name.slice(0, i) + name.slice(i + 1),
            double: name.slice(0, i) + name.slice(i, i + 1) + name.slice(i),
            swap: name.slice(0, i) + name.charAt(i + 1) + name.charAt(i) + name.slice(i + 2),
          }[slip];
          expect(nearestName(wrong, names)).toBe(name);
        },
      ),
    );
  });

  it('guesses nothing that is not near', () => {
    expect(nearestName('colour', ['level', 'port'])).toBeNull();
    expect(nearestName('a', ['b'])).toBe('b');
  });
});

describe('the JSON Schema', () => {
  it('describes every setting', () => {
    const missing: string[] = [];
    const node = z.looseObject({
      properties: z.record(z.string(), z.unknown()).optional(),
      description: z.string().optional(),
    });
    const walk = (schema: unknown, path: string): void => {
      const { properties = {}, description } = node.parse(schema);
      if (description === undefined) missing.push(path);
      for (const [key, child] of Object.entries(properties)) walk(child, `${path}.${key}`);
    };
    walk(configJsonSchema(), 'config');
    expect(missing).toEqual([]);
  });
});

describe('printConfig', () => {
  it('shows what is in force and no secret', () => {
    const config = configOf(`cache: { shards: ["redis://u:hunter2@a:1"] }
purge: { invalidationKey: hunter2hunter2 }
origin: { secret: hunter2 }
auth: { jwt: { secret: ${'hunter2'.repeat(5)} } }
headers: { x-tenant: { forward: [a, b], key: value } }`);
    const text = printConfig(config);
    expect(text).not.toContain('hunter2');
    expect(text).toContain('redis://a:1');
    expect(text).toContain('boundMs: 5000');
    expect(text).toContain('name: x-tenant');
  });
});

describe('configWarnings', () => {
  const known = new Map([
    [
      'accounts',
      new Map([
        ['User', new Set(['id', 'distance'])],
        ['Query', new Set(['me'])],
      ]),
    ],
    [
      'catalog',
      new Map([
        ['Product', new Set(['upc'])],
        ['Query', new Set(['products'])],
      ]),
    ],
  ]);

  it('is silent when all names are there', () => {
    const yaml =
      'cache: { subgraphs: { accounts: { types: { User: {} }, fields: { Query.me: {} }, inline: [User.distance] } } }';
    expect(configWarnings(configOf(yaml), known)).toEqual([]);
  });

  it('names a field of `inline` or `fields` that its type has not, or whose type is not there', () => {
    const yaml = `cache: { subgraphs: {
      accounts: { fields: { Query.my: {} }, inline: [User.distance, User.distanc, Store.distance] },
      catalog: { inline: [User.distance] } } }`;
    expect(configWarnings(configOf(yaml), known)).toEqual([
      'cache.subgraphs.accounts names Store, which the supergraph has not',
      'cache.subgraphs.accounts names Query.my, which the supergraph has not; did you mean Query.me?',
      'cache.subgraphs.accounts names User.distanc, which the supergraph has not; did you mean User.distance?',
      'cache.subgraphs.catalog names User, which the supergraph has not',
    ]);
  });

  it('names what the supergraph has not, and a key that can never work', () => {
    const yaml = `subgraphs: { account: {} }
cache: { subgraphs: { catalog: { types: { Produkt: {} } }, other: {} } }
headers: { a: { forward: [catalogue], key: subject }, b: { forward: ["*"] } }`;
    expect(configWarnings(configOf(yaml), known)).toEqual([
      'subgraphs names account, which the supergraph has not; did you mean accounts?',
      'cache.subgraphs.catalog names Produkt, which the supergraph has not; did you mean Product?',
      'cache.subgraphs names other, which the supergraph has not',
      'headers.a.forward names catalogue, which the supergraph has not; did you mean catalog?',
      'headers.a is keyed by the subject, but without auth.jwt none is known: what is fetched with it is not cached',
    ]);
  });
});
