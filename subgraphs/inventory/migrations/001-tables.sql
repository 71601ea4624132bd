-- Warehouses, what is sold from them, and how much of it lies where.
-- Text that orders lists is compared byte by byte: the same order on every server.

create table inventory.warehouse (
  id text collate "C" primary key,
  name text collate "C" not null,
  street text,
  city text,
  country text,
  -- Countries that it sends to.
  serves text[] not null,
  queue_length integer not null default 0,
  check ((city is null) = (country is null))
);

create table inventory.product (
  upc text collate "C" primary key,
  handling_days integer check (handling_days >= 0),
  fragile boolean not null default false
);

create table inventory.stock (
  warehouse_id text collate "C" not null references inventory.warehouse on delete cascade,
  upc text collate "C" not null references inventory.product on update cascade on delete cascade,
  quantity integer not null check (quantity >= 0),
  reserved integer not null default 0 check (reserved >= 0),
  restock_at timestamptz(3),
  primary key (upc, warehouse_id)
);

create index stock_warehouse on inventory.stock (warehouse_id, upc);
create index stock_quantity on inventory.stock (quantity, upc, warehouse_id);
