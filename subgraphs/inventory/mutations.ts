// Changes what lies where. Each in one transaction; what is answered is read after it.

import type { GraphQLFieldResolver } from 'graphql';
import { badInput } from '../kit/connection.ts';
import type { Sql } from '../kit/postgres.ts';
import type { InventoryContext } from './inventory.ts';
import { createInventoryLoaders, PRODUCT_COLUMNS, type ProductRow } from './loaders.ts';

interface SetStockInput {
  readonly warehouseId: string;
  readonly upc: string;
  readonly quantity: number;
  readonly reserved: number;
  readonly restockAt?: Date | null;
}

interface MoveStockArgs {
  readonly upc: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

interface HandlingArgs {
  readonly upc: string;
  readonly handlingDays?: number | null;
  readonly fragile: boolean;
}

type Mutations = Record<string, GraphQLFieldResolver<unknown, InventoryContext>>;

const KNOW_PRODUCT = 'insert into inventory.product (upc) values ($1) on conflict do nothing';
const PUT_STOCK = `insert into inventory.stock as kept (warehouse_id, upc, quantity) values ($1, $2, $3)
  on conflict (upc, warehouse_id) do update set quantity = kept.quantity + excluded.quantity`;

export const inventoryMutations: Mutations = {
  async setStock(_, { input }: { input: SetStockInput }, context) {
    const { warehouseId, upc, quantity, reserved, restockAt = null } = input;
    if (quantity < 0 || reserved < 0) throw badInput('expected a quantity and a reserve of at least 0');
    if ((await context.loaders.warehouseById.load(warehouseId)) === null) return null;
    await write(context, async (sql) => {
      await sql.query(KNOW_PRODUCT, [upc]);
      await sql.query(
        `insert into inventory.stock (warehouse_id, upc, quantity, reserved, restock_at) values ($1, $2, $3, $4, $5)
        on conflict (upc, warehouse_id) do update set quantity = excluded.quantity, reserved = excluded.reserved, restock_at = excluded.restock_at`,
        [warehouseId, upc, quantity, reserved, restockAt],
      );
    });
    return await context.loaders.stockByKey.load({ warehouseId, upc });
  },

  async moveStock(_, { upc, from, to, quantity }: MoveStockArgs, context) {
    if (quantity < 1) throw badInput(`quantity: expected at least 1, got ${quantity}`);
    if (from === to) throw badInput('expected two warehouses, got the same one twice');
    if ((await context.loaders.warehouseById.load(to)) === null) return null;
    const moved = await write(context, async (sql) => {
      const taken = await sql.query(
        'update inventory.stock set quantity = quantity - $3 where warehouse_id = $1 and upc = $2 and quantity - reserved >= $3 returning upc',
        [from, upc, quantity],
      );
      if (taken.length > 0) await sql.query(PUT_STOCK, [to, upc, quantity]);
      return taken.length > 0;
    });
    if (!moved) return null;
    return await context.loaders.stockByKey.loadMany([from, to].map((warehouseId) => ({ warehouseId, upc })));
  },

  async setHandling(_, { upc, handlingDays = null, fragile }: HandlingArgs, context) {
    if (handlingDays !== null && handlingDays < 0)
      throw badInput(`handlingDays: expected at least 0, got ${handlingDays}`);
    const [product] = await write(context, (sql) =>
      sql.query<ProductRow>(
        `insert into inventory.product (upc, handling_days, fragile) values ($1, $2, $3)
        on conflict (upc) do update set handling_days = excluded.handling_days, fragile = excluded.fragile returning ${PRODUCT_COLUMNS}`,
        [upc, handlingDays, fragile],
      ),
    );
    return product;
  },

  async dropProduct(_, { upc }: { upc: string }, context) {
    const gone = await write(context, (sql) =>
      sql.query('delete from inventory.product where upc = $1 returning upc', [upc]),
    );
    return gone.length > 0;
  },
};

async function write<Result>(context: InventoryContext, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  try {
    return await context.database.transaction(work);
  } finally {
    // What was loaded before is old now.
    context.loaders = createInventoryLoaders(context.database);
  }
}
