-- Writes the SQL that a trigger function runs: from changed rows to rows of the outbox. Nothing here runs at a change itself.
-- A whole row is named by an alias; it is one that no column has, or SQL would take the column.

-- Everything that a watch says, in the form that the texts below are made from.
do $$ begin
  if (select count(*) from pg_attribute where attrelid = to_regclass('freshet.watch_plan')) = 9 then return; end if;
  -- One of an earlier form goes with the functions that take it: all of them stand below.
  drop type if exists freshet.watch_plan cascade;
  create type freshet.watch_plan as (
    relation text, subgraph text, type text, fields text[], columns text[], lists text[], also jsonb, tags text[], used text[]
  );
end $$;

-- More changed entities of one type, or tags, in one statement than this become one event that names them all.
create or replace function freshet.most_events() returns integer
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select 1000 $$;

-- A column of the old or new row: `o` and `n` are the rows of a statement trigger, `old` and `new` of a row trigger.
-- Never as a field of a whole row: of a transition table PostgreSQL takes the wrong one once a column was dropped.
create or replace function freshet.column_sql(plan freshet.watch_plan, row_ref text, column_name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select case when row_ref in ('o', 'n') then 'p.' || row_ref || array_position(plan.used, column_name) else format('%s.%I', row_ref, column_name) end
$$;

-- As text, spelled as JSON spells it, whatever the session's DateStyle: what survives JSON.parse unrounded.
create or replace function freshet.value_sql(plan freshet.watch_plan, row_ref text, column_name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select format('(to_jsonb(%s) #>> ''{}'')', freshet.column_sql(plan, row_ref, column_name)) $$;

-- The columns that are used of a transition table's rows, under the names that column_sql gives them, each with a comma.
create or replace function freshet.row_columns_sql(plan freshet.watch_plan, row_ref text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select coalesce(string_agg(format('"~freshet row".%I as %s%s, ', name, row_ref, at), '' order by at), '') from unnest(plan.used) with ordinality as u (name, at)
$$;

-- One object that holds these key fields; 'organization.id' is a field inside an object.
create or replace function freshet.key_sql(plan freshet.watch_plan, row_ref text, fields text[], columns text[]) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  parts text[] := '{}';
  head text;
  at integer;
  inner_fields text[];
  inner_columns text[];
begin
  for head in select split_part(f, '.', 1) from unnest(fields) as f group by 1 order by 1 loop
    at := array_position(fields, head);
    if at is not null then
      parts := parts || format('%L, %s', head, freshet.value_sql(plan, row_ref, columns[at]));
    else
      select array_agg(substr(f, length(head) + 2)), array_agg(c) into inner_fields, inner_columns
      from unnest(fields, columns) as u (f, c) where split_part(f, '.', 1) = head;
      parts := parts || format('%L, %s', head, freshet.key_sql(plan, row_ref, inner_fields, inner_columns));
    end if;
  end loop;
  return format('jsonb_build_object(%s)', array_to_string(parts, ', '));
end
$$;

-- A key whose columns are all null names no entity: a foreign key that is not set.
create or replace function freshet.present_sql(plan freshet.watch_plan, row_ref text, columns text[]) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select format('(%s)', string_agg(freshet.column_sql(plan, row_ref, c) || ' is not null', ' or ')) from unnest(columns) as c $$;

-- An array of the tags that the templates give for a row.
create or replace function freshet.tags_sql(plan freshet.watch_plan, row_ref text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  template text;
  tags text[] := '{}';
  parts text[];
  piece text[];
begin
  foreach template in array plan.tags loop
    parts := '{}';
    for piece in select regexp_matches(template, '([^{]*)(?:\{([^{}]*)\})?', 'g') loop
      if piece[1] <> '' then parts := parts || quote_literal(piece[1]); end if;
      if piece[2] is not null then parts := parts || format('coalesce(%s, '''')', freshet.value_sql(plan, row_ref, piece[2])); end if;
    end loop;
    tags := tags || array_to_string(parts, ' || ');
  end loop;
  return format('array[%s]::text[]', array_to_string(tags, ', '));
end
$$;

-- Old and new rows of an UPDATE as pairs that differ. A transition table has no row identity, so rows are paired by position.
-- PostgreSQL fills both tables in step; but nothing rests on that: under any pairing, equal pairs cancel out and what is
-- left is the difference of the two sets of rows. A full join can never be planned as a nested loop, whatever the estimate.
-- `*<>` compares images: it works for types without an equality, and 1.0 and 1.00 differ.
create or replace function freshet.pairs_sql(plan freshet.watch_plan) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select format($sql$(
        select a.*, b.*, a.i is not null as has_o, b.j is not null as has_n
        from (select row_number() over () as i, %s "~freshet row" as old_row from old_rows "~freshet row") as a
        full join (select row_number() over () as j, %s "~freshet row" as new_row from new_rows "~freshet row") as b on i = j
        where a.i is null or b.j is null or a.old_row *<> b.new_row)$sql$, freshet.row_columns_sql(plan, 'o'), freshet.row_columns_sql(plan, 'n'))
$$;

-- Whether a row may have entered, left or moved within a list: with `lists` given, only where one of those columns or the key differs.
create or replace function freshet.moved_sql(plan freshet.watch_plan, old text, new text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select case when plan.lists is null or old is null or new is null then 'true'
    else 'not (p.has_o and p.has_n) or k.old_key <> k.new_key' || case when cardinality(plan.lists) = 0 then '' else (
      -- Cast, or SQL would compare the columns one by one with an operator that they do not have.
      select format(' or row(%s)::record *<> row(%s)::record', string_agg(freshet.column_sql(plan, old, c), ', '), string_agg(freshet.column_sql(plan, new, c), ', '))
      from unnest(plan.lists) as c) end
  end
$$;

-- The insert into the outbox for changed rows, one event for each entity.
-- @param source gives has_o, has_n; old and new are how it refers to the rows, null where the operation has none
create or replace function freshet.rows_sql(plan freshet.watch_plan, op_sql text, source text, old text, new text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  old_key text := case when old is not null and plan.type is not null then format('case when p.has_o then %s end', freshet.key_sql(plan, old, plan.fields, plan.columns)) else 'null::jsonb' end;
  new_key text := case when new is not null and plan.type is not null then format('case when p.has_n then %s end', freshet.key_sql(plan, new, plan.fields, plan.columns)) else 'null::jsonb' end;
  old_tags text := case when old is not null then format('case when p.has_o then %s end', freshet.tags_sql(plan, old)) end;
  new_tags text := case when new is not null then format('case when p.has_n then %s end', freshet.tags_sql(plan, new)) end;
  tags text := format('array(select distinct t from unnest(%s) as t where t <> '''')', concat_ws(' || ', old_tags, new_tags));
  selects text[] := '{}';
  other jsonb;
  fields text[];
  columns text[];
begin
  if plan.type is not null then
    selects := selects || format($sql$select 'entity', %L, %L, e.keys, %s, bool_or(e.moved), e.tags from (
        select case when p.old_key is null or p.old_key = p.new_key then jsonb_build_array(p.new_key)
          when p.new_key is null then jsonb_build_array(p.old_key) else jsonb_build_array(p.old_key, p.new_key) end as keys, p.moved,
          %s as tags from p) as e group by e.keys, e.tags$sql$,
      plan.subgraph, plan.type, op_sql, case when cardinality(plan.tags) = 0 then '''{}''::text[]' else tags end);
  elsif cardinality(plan.tags) > 0 then
    selects := selects || format('select ''tag'', %L, null, null::jsonb, null, null::boolean, array_agg(distinct t) from p, unnest(%s) as t having count(*) > 0', plan.subgraph, tags);
  end if;
  for other in select * from jsonb_array_elements(plan.also) loop
    fields := array(select jsonb_array_elements_text(other -> 'fields'));
    columns := array(select jsonb_array_elements_text(other -> 'columns'));
    selects := selects || format($sql$select 'entity', %L, %L, jsonb_build_array(e.key), 'update', bool_or(e.moved), '{}'::text[] from (
        %s) as e group by e.key$sql$, plan.subgraph, other ->> 'type', concat_ws(E'\n        union all ',
      case when old is not null then format('select %s as key, p.moved from p where p.has_o and %s', freshet.key_sql(plan, old, fields, columns), freshet.present_sql(plan, old, columns)) end,
      case when new is not null then format('select %s as key, p.moved from p where p.has_n and %s', freshet.key_sql(plan, new, fields, columns), freshet.present_sql(plan, new, columns)) end));
  end loop;
  return format($sql$with p as materialized (
        select p.*, k.*, %s as moved from %s as p cross join lateral (select %s as old_key, %s as new_key) as k)
      insert into freshet.outbox (kind, subgraph, type, keys, op, list, tags)
      %s;$sql$, freshet.moved_sql(plan, old, new), source, old_key, new_key, array_to_string(selects, E'\n      union all\n      '));
end
$$;

-- The insert into the outbox for a statement that changed more rows than are told one by one.
-- @param sources the transition tables; they may hold rows that the statement left as they were: that costs a miss, no more
create or replace function freshet.bulk_sql(plan freshet.watch_plan, sources text[]) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  selects text[] := '{}';
  inner_sql text;
  other jsonb;
  fields text[];
  columns text[];
  most integer := freshet.most_events();
begin
  if cardinality(plan.tags) > 0 then
    select string_agg(format('select "~freshet tag" as tag from %I as "~freshet row", unnest(%s) as "~freshet tag"', s, freshet.tags_sql(plan, '"~freshet row"')), ' union all ') into inner_sql from unnest(sources) as s;
    selects := selects || format($sql$select case when count(*) <= %1$s then %2$L else 'subgraph' end, %3$L, case when count(*) <= %1$s then %4$L end, null::jsonb, null, true,
        case when count(*) <= %1$s then coalesce(array_agg(b.tag), '{}') else '{}' end, case when count(*) > %1$s then %5$L end
        from (select distinct a.tag from (%6$s) as a where a.tag <> '' limit %1$s + 1) as b having count(*) > 0 or %4$L is not null$sql$,
      most, case when plan.type is null then 'tag' else 'type' end, plan.subgraph, plan.type, format('one statement changed more than %s tags of %s', most, plan.relation), inner_sql);
  elsif plan.type is not null then
    selects := selects || format('select ''type'', %L, %L, null::jsonb, null, true, ''{}''::text[], null', plan.subgraph, plan.type);
  end if;
  for other in select * from jsonb_array_elements(plan.also) loop
    fields := array(select jsonb_array_elements_text(other -> 'fields'));
    columns := array(select jsonb_array_elements_text(other -> 'columns'));
    select string_agg(format('select %s as key from %I as "~freshet row" where %s', freshet.key_sql(plan, '"~freshet row"', fields, columns), s, freshet.present_sql(plan, '"~freshet row"', columns)), ' union all ')
      into inner_sql from unnest(sources) as s;
    selects := selects || format($sql$(with b as materialized (select distinct a.key from (%1$s) as a limit %2$s + 1)
        select 'entity', %3$L, %4$L, jsonb_build_array(b.key), 'update', true, '{}'::text[], null from b where (select count(*) from b) <= %2$s
        union all select 'type', %3$L, %4$L, null, null, true, '{}', null from b having count(*) > %2$s)$sql$,
      inner_sql, most, plan.subgraph, other ->> 'type');
  end loop;
  return format(E'insert into freshet.outbox (kind, subgraph, type, keys, op, list, tags, reason)\n      %s;', array_to_string(selects, E'\n      union all\n      '));
end
$$;
