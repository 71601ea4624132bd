// Writers that change which products there are, and what lists they are in.
import { insertProduct, insertProducts, json, listed, type Observation, type Writer } from './writer.ts';

const LABELLED_COUNT = 4;

/** Products that get and lose a label in turn, and one of them that comes and goes: a list by filter that is empty at first. */
export function labelWriter(label: string): Writer {
  const upcs = Array.from({ length: LABELLED_COUNT }, (_, index) => `${label}-${index}`);
  const labelled = new Set<string>();
  const after = (): readonly Observation[] => {
    const nodes = upcs.filter((upc) => labelled.has(upc));
    return listed(`label:${label}`, nodes, nodes.length);
  };
  return {
    name: `label ${label}`,
    subgraph: 'catalog',
    first: { sql: upcs.slice(1).map(insertProduct).join('\n'), after: after() },
    next(step) {
      const [coming = ''] = upcs;
      const upc = upcs[step % LABELLED_COUNT] ?? coming;
      const wasIn = labelled.has(upc);
      if (wasIn) labelled.delete(upc);
      else labelled.add(upc);
      const set = `update catalog.product set labels = '{${wasIn ? '' : label}}' where upc = '${upc}'`;
      const come = wasIn
        ? `delete from catalog.product where upc = '${upc}'`
        : insertProducts([{ upc, name: upc, columns: { labels: `'{${label}}'` } }]);
      return { sql: upc === coming ? come : set, after: after() };
    },
  };
}

/** A product that moves between two brands, or belongs to none. */
export function brandWriter(one: string, other: string): Writer {
  const upc = `h-of-${one}`;
  const after = (owner: string | null): readonly Observation[] => [
    ...[one, other].flatMap((brand): readonly Observation[] => {
      const nodes = brand === owner ? [upc] : [];
      return [...listed(`brand:${brand}`, nodes, nodes.length), [`brandCount:${brand}`, json(nodes.length)]];
    }),
    [`brandOf:${upc}`, json(owner)],
  ];
  const owners = [one, null, other];
  return {
    name: `brand of ${upc}`,
    subgraph: 'catalog',
    first: {
      sql: `insert into catalog.brand (id, name) values (${one}, 'brand ${one}'), (${other}, 'brand ${other}');
        ${insertProduct(upc)}`,
      after: after(null),
    },
    next(step) {
      const owner = owners[step % owners.length] ?? null;
      return { sql: `update catalog.product set brand_id = ${owner} where upc = '${upc}'`, after: after(owner) };
    },
  };
}

/** A key that moves from one product to another. */
export function skuWriter(sku: string, [one, other]: readonly [string, string]): Writer {
  const after = (owner: string): readonly Observation[] => [
    [`sku:${sku}`, json(owner)],
    ...[one, other].map((upc): Observation => [`skuOf:${upc}`, json(upc === owner ? sku : `SKU-${upc}`)]),
  ];
  return {
    name: `sku ${sku}`,
    subgraph: 'catalog',
    first: {
      sql: `${insertProduct(one)} ${insertProduct(other)}
        update catalog.product set sku = '${sku}' where upc = '${one}'`,
      after: after(one),
    },
    next(step) {
      const [from, to] = step % 2 === 0 ? [other, one] : [one, other];
      const sql = `update catalog.product set sku = 'SKU-${from}' where upc = '${from}';
        update catalog.product set sku = '${sku}' where upc = '${to}'`;
      return { sql, after: after(to) };
    },
  };
}

/** A product that comes and goes, and comes by an upsert every other time. */
export function existenceWriter(upc: string): Writer {
  return {
    name: `existence of ${upc}`,
    subgraph: 'catalog',
    first: { sql: 'select 1', after: [[`name:${upc}`, json(null)]] },
    next(step) {
      const name = `${upc} v${step}`;
      switch (step % 3) {
        case 1:
          return { sql: insertProducts([{ upc, name }]), after: [[`name:${upc}`, json(name)]] };
        case 2: {
          const sql = `insert into catalog.product (upc, sku, name, category) values ('${upc}', 'SKU-${upc}', '${name}', 'TOY')
            on conflict (upc) do update set name = excluded.name`;
          return { sql, after: [[`name:${upc}`, json(name)]] };
        }
        default:
          return { sql: `delete from catalog.product where upc = '${upc}'`, after: [[`name:${upc}`, json(null)]] };
      }
    },
  };
}
