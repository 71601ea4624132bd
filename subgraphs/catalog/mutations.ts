// Changes what is sold. Each in one transaction; what is answered is read after it.

import type { GraphQLFieldResolver } from 'graphql';
import { badInput } from '../kit/connection.ts';
import { isIdentity } from '../kit/identity.ts';
import type { Sql } from '../kit/postgres.ts';
import type { CatalogContext } from './catalog.ts';
import { createCatalogLoaders } from './loaders.ts';
import { MEDIA_COLUMNS, type MediaRow } from './rows.ts';

interface CreateProductInput {
  readonly upc: string;
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly description?: string | null;
  readonly price?: string | null;
  readonly weight?: number | null;
  readonly dimensions?: { readonly length: number; readonly width: number; readonly height: number } | null;
  readonly colors?: readonly string[] | null;
  readonly labels: readonly string[];
  readonly brandId?: string | null;
  readonly taxCode?: string | null;
  readonly releasedOn?: string | null;
}

interface UpdateProductInput {
  readonly name?: string | null;
  readonly category?: string | null;
  readonly description?: string | null;
  readonly weight?: number | null;
  readonly colors?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly brandId?: string | null;
  readonly taxCode?: string | null;
}

interface AddMediaInput {
  readonly kind: 'IMAGE' | 'VIDEO';
  readonly url: string;
  readonly alt?: string | null;
  readonly seconds?: number | null;
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const CHECK_VIOLATION = '23514';

const NO_BRAND = 'brandId: expected a brand that exists';

type Mutations = Record<string, GraphQLFieldResolver<unknown, CatalogContext>>;

export const catalogMutations: Mutations = {
  async createProduct(_, { input }: { input: CreateProductInput }, context) {
    const { upc, sku, name, category, description, price, weight, dimensions, colors, labels, taxCode, releasedOn } =
      input;
    const refusals = {
      [UNIQUE_VIOLATION]: `expected a upc and a sku that are free, ${JSON.stringify(upc)} or ${JSON.stringify(sku)} is taken`,
      [FOREIGN_KEY_VIOLATION]: NO_BRAND,
      [CHECK_VIOLATION]: 'expected a weight above 0 and a price of at least 0',
    };
    await write(context, refusals, async (sql) => {
      await sql.query(
        `insert into catalog.product (upc, sku, name, category, description, price, weight_kg, length_cm, width_cm, height_cm,
          colors, labels, brand_id, tax_code, released_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
        [
          ...[
            upc,
            sku,
            name,
            category,
            description,
            price,
            weight,
            dimensions?.length,
            dimensions?.width,
            dimensions?.height,
          ],
          ...[colors, labels, brandOf(input.brandId), taxCode, releasedOn],
        ].map((value) => value ?? null),
      );
      await notePrice(sql, upc);
    });
    return await context.loaders.productByUpc.load(upc);
  },

  async updateProduct(_, { upc, input }: { upc: string; input: UpdateProductInput }, context) {
    const changes: Record<string, unknown> = {
      description: input.description,
      weight_kg: input.weight,
      colors: input.colors,
      tax_code: input.taxCode,
      // What may not be null in the database stays when null is given.
      name: input.name ?? undefined,
      category: input.category ?? undefined,
      labels: input.labels ?? undefined,
      brand_id: input.brandId === undefined ? undefined : brandOf(input.brandId),
    };
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const assignments = given.map(([column], index) => `${column} = $${index + 2}`).join(', ');
    if (given.length > 0) {
      const refusals = { [FOREIGN_KEY_VIOLATION]: NO_BRAND, [CHECK_VIOLATION]: 'weight: expected more than 0' };
      await write(context, refusals, (sql) =>
        sql.query(`update catalog.product set ${assignments} where upc = $1`, [
          upc,
          ...given.map(([, value]) => value),
        ]),
      );
    }
    return await context.loaders.productByUpc.load(upc);
  },

  async updatePrice(_, { upc, price = null }: { upc: string; price?: string | null }, context) {
    await write(context, { [CHECK_VIOLATION]: 'price: expected at least 0' }, async (sql) => {
      const changed = await sql.query(
        'update catalog.product set price = $2 where upc = $1 and price is distinct from $2::numeric returning upc',
        [upc, price],
      );
      if (changed.length > 0) await notePrice(sql, upc);
    });
    return await context.loaders.productByUpc.load(upc);
  },

  async moveSku(_, { upc, sku }: { upc: string; sku: string }, context) {
    const refusals = { [UNIQUE_VIOLATION]: `sku: expected one that is free, ${JSON.stringify(sku)} is taken` };
    await write(context, refusals, (sql) =>
      sql.query('update catalog.product set sku = $2 where upc = $1', [upc, sku]),
    );
    return await context.loaders.productByUpc.load(upc);
  },

  async deleteProduct(_, { upc }: { upc: string }, context) {
    const gone = await write(context, {}, (sql) =>
      sql.query('delete from catalog.product where upc = $1 returning upc', [upc]),
    );
    return gone.length > 0;
  },

  async renameBrand(_, { id, name }: { id: string; name: string }, context) {
    if (!isIdentity(id)) return null;
    await write(context, {}, (sql) => sql.query('update catalog.brand set name = $2 where id = $1', [id, name]));
    return await context.loaders.brandById.load(id);
  },

  async deleteBrand(_, { id }: { id: string }, context) {
    if (!isIdentity(id)) return false;
    return (
      (await write(context, {}, (sql) => sql.query('delete from catalog.brand where id = $1 returning id', [id])))
        .length > 0
    );
  },

  async addMedia(_, { upc, input }: { upc: string; input: AddMediaInput }, context) {
    const { kind, url, alt = null, seconds = null } = input;
    const refusals = {
      [FOREIGN_KEY_VIOLATION]: `upc: expected a product that exists, got ${JSON.stringify(upc)}`,
      [CHECK_VIOLATION]: 'seconds: expected with a video, and with nothing else',
    };
    const [media] = await write(context, refusals, (sql) =>
      sql.query<MediaRow>(
        `insert into catalog.media (upc, kind, url, alt, seconds) values ($1, $2, $3, $4, $5) returning ${MEDIA_COLUMNS}`,
        [upc, kind, url, alt, seconds],
      ),
    );
    return media;
  },
};

/** @param refusals by SQLSTATE: what a client is told when the database refuses for that reason */
async function write<Result>(
  context: CatalogContext,
  refusals: Readonly<Record<string, string>>,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  try {
    return await context.database.transaction(work);
  } catch (error) {
    const message = refusals[error instanceof Error && 'code' in error ? String(error.code) : ''];
    if (message === undefined) throw error;
    throw badInput(message);
  } finally {
    // What was loaded before is old now.
    context.loaders = createCatalogLoaders(context.database);
  }
}

async function notePrice(sql: Sql, upc: string): Promise<void> {
  await sql.query(
    `insert into catalog.price_point (upc, changed_at, price) select upc, clock_timestamp(), price from catalog.product where upc = $1
    on conflict (upc, changed_at) do update set price = excluded.price`,
    [upc],
  );
}

function brandOf(id: string | null | undefined): string | null {
  if (id === null || id === undefined) return null;
  if (!isIdentity(id)) throw badInput(`${NO_BRAND}, got ${JSON.stringify(id)}`);
  return id;
}
