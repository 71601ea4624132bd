-- What Freshet keeps in a source: the outbox, the list of watched tables, and what the relay remembers between runs.
-- All of it can be run again: an installed schema is left as it is.

create schema if not exists freshet;

-- Counts up when the relay needs a newer schema than the one installed.
create or replace function freshet.version() returns integer
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select 2 $$;

-- Not md5: a server in FIPS mode has none.
create or replace function freshet.digest(content text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select encode(sha256(convert_to(content, 'UTF8')), 'hex') $$;

-- One row per purge, written in the writer's own transaction and deleted by the relay after the log has acknowledged it.
-- Ids commit out of order: nothing may be concluded from an id about the ids below it.
create table if not exists freshet.outbox (
  id bigint generated always as identity primary key,
  happened_at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('entity', 'type', 'tag', 'subgraph')),
  -- Null: every subgraph that reads from this source.
  subgraph text,
  type text,
  -- An array of key objects whose scalars are text, old and new values.
  keys jsonb,
  op text,
  list boolean,
  tags text[] not null default '{}',
  reason text
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create table if not exists freshet.watched (
  -- Schema and table, each quoted where SQL needs it.
  table_name text primary key,
  table_oid oid not null unique,
  -- What `freshet.watch` was called with.
  arguments jsonb not null,
  -- The types of the columns that the trigger function reads by name.
  column_types jsonb not null,
  function_oid oid not null,
  function_digest text not null,
  watched_at timestamptz not null default clock_timestamp()
);

-- One row: one outbox is drained as one source.
create table if not exists freshet.source_state (
  only_row boolean primary key default true check (only_row),
  source text not null,
  -- Where the data came from when it was last seen: PostgreSQL's system identifier, timeline, and the fingerprint of the catalog.
  system text not null,
  timeline bigint not null,
  catalog_fingerprint text not null
);
-- Version 1 kept a log id over runs of the relay. A relay of that version refuses this one: what it keeps is unsafe.
alter table freshet.source_state
  drop column if exists log_id, drop column if exists log_offset, drop column if exists record_instance,
  drop column if exists record_number, drop column if exists record_kind;

-- PostgreSQL empties an unlogged table in crash recovery, on a promoted standby, and in what is restored from a backup:
-- whenever commits that readers saw may be gone. While the mark stands none of that has happened.
create unlogged table if not exists freshet.uncrashed (mark text primary key);
