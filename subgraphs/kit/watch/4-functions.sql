-- Writes the trigger function of a watched table. One function serves the table and all its partitions.

-- TRUNCATE shows no rows: every entity of the types goes, and with tags, which cannot be told, all that reads from here.
create or replace function freshet.truncate_sql(plan freshet.watch_plan) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select case when cardinality(plan.tags) > 0
    then format('insert into freshet.outbox (kind, subgraph, reason) values (''subgraph'', %L, %L);', plan.subgraph, plan.relation || ' was truncated')
    else 'insert into freshet.outbox (kind, subgraph, type) values ' || (
      select string_agg(format('(''type'', %L, %L)', plan.subgraph, t), ', ')
      from (select plan.type as t where plan.type is not null union select a ->> 'type' from jsonb_array_elements(plan.also) as a) as types) || ';'
    end
$$;

-- For statement triggers: transition tables old_rows and new_rows.
create or replace function freshet.statement_body(plan freshet.watch_plan) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select format($body$
-- Written by freshet.watch for %1$s.
declare
  many boolean;
begin
  if TG_OP = 'INSERT' then
    if exists (select from new_rows offset %2$s) then
      %3$s
    else
      %4$s
    end if;
  elsif TG_OP = 'DELETE' then
    if exists (select from old_rows offset %2$s) then
      %5$s
    else
      %6$s
    end if;
  elsif TG_OP = 'UPDATE' then
    many := exists (select from new_rows offset %2$s) or exists (select from old_rows offset %2$s);
    if many then
      many := exists (select from %7$s as p offset %2$s);
    end if;
    if many then
      %8$s
    else
      %9$s
    end if;
  else
    %10$s
  end if;
  return null;
end
$body$,
    plan.relation, freshet.most_events(),
    freshet.bulk_sql(plan, '{new_rows}'),
    freshet.rows_sql(plan, '''insert''', format('(select %s false as has_o, true as has_n from new_rows "~freshet row")', freshet.row_columns_sql(plan, 'n')), null, 'n'),
    freshet.bulk_sql(plan, '{old_rows}'),
    freshet.rows_sql(plan, '''delete''', format('(select %s true as has_o, false as has_n from old_rows "~freshet row")', freshet.row_columns_sql(plan, 'o')), 'o', null),
    freshet.pairs_sql(plan),
    freshet.bulk_sql(plan, '{old_rows,new_rows}'),
    freshet.rows_sql(plan, '''update''', freshet.pairs_sql(plan), 'o', 'n'),
    freshet.truncate_sql(plan))
$$;

-- For row triggers: what the apply worker of a logical-replication subscriber fires.
create or replace function freshet.row_body(plan freshet.watch_plan) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select format($body$
-- Written by freshet.watch for %1$s, a subscriber's table.
begin
  if TG_OP = 'TRUNCATE' then
    %2$s
    return null;
  end if;
  if TG_OP = 'UPDATE' then
    if not (old *<> new) then
      return null;
    end if;
  end if;
  %3$s
  return null;
end
$body$,
    plan.relation, freshet.truncate_sql(plan),
    freshet.rows_sql(plan, 'lower(TG_OP)', '(select TG_OP <> ''INSERT'' as has_o, TG_OP <> ''DELETE'' as has_n)', 'old', 'new'))
$$;
