-- freshet.watch, freshet.unwatch, freshet.rewatch: what people call.

-- A table with its partitions and children, all levels.
create or replace function freshet.members_of(relation oid) returns setof oid
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with recursive member (relid) as (
    select relation union select inhrelid from member join pg_inherits on inhparent = relid
  )
  select relid from member
$$;

create or replace function freshet.name_of(relation oid) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select format('%I.%I', nspname, relname) from pg_class c join pg_namespace n on n.oid = relnamespace where c.oid = relation $$;

-- The triggers that a watched table, partition or child must have.
create or replace function freshet.triggers_of(kind "char", subscriber boolean) returns table (name text, clause text)
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  values ('freshet_truncate', 'after truncate on %s for each statement')
  union all
  select t.name, t.clause from (values
    ('freshet_insert', 'after insert on %s referencing new table as new_rows for each statement'),
    ('freshet_update', 'after update on %s referencing old table as old_rows new table as new_rows for each statement'),
    ('freshet_delete', 'after delete on %s referencing old table as old_rows for each statement')) as t (name, clause)
  where not subscriber
  union all
  -- On the tables that hold rows alone: a row trigger on a partitioned table would be cloned into its partitions.
  select 'freshet_row', 'after insert or update or delete on %s for each row' where subscriber and kind = 'r'
$$;

-- From now on every change of the table writes what it touched into freshet.outbox, in the transaction that makes it.
-- Again with the same arguments: nothing happens. With others: they replace the ones before.
--   type        the entity type that a row is; null when a row is none by itself
--   keys        its @keys, each '{upc}', or 'field=column' where the names differ, or several: '{upc, "sku organization.id=org_id"}'
--   lists       the columns that order or filter lists of the type; null: all
--   also        other entities that a row touches: '{"User id=author_id"}', old and new values
--   tags        cache tags that a row bears: '{"brand-{brand}"}', old and new values
--   subgraph    the only subgraph that reads the table; null: all that read from this source
--   subscriber  true where logical replication writes the table: it fires row triggers alone
create or replace function freshet.watch(
  relation regclass, type text default null, keys text[] default '{}', lists text[] default null,
  also text[] default '{}', tags text[] default '{}', subgraph text default null, subscriber boolean default false
) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_variable
declare
  given jsonb := jsonb_build_object('type', type, 'keys', keys, 'lists', lists, 'also', also, 'tags', tags, 'subgraph', subgraph, 'subscriber', subscriber);
  plan freshet.watch_plan;
  function_name text;
  member oid;
  trigger record;
begin
  perform freshet.check_table(relation);
  plan := freshet.plan_of(relation, given);
  perform pg_advisory_xact_lock(hashtext('freshet.watch'));
  if exists (select from freshet.watched w where w.table_oid = relation and w.table_name = plan.relation and w.arguments = given)
    and not exists (select from freshet.problems() p where p.table_name = plan.relation) then
    return;
  end if;
  perform freshet.forget(w.table_name) from freshet.watched w where w.table_oid = relation or w.table_name = plan.relation;

  function_name := format('freshet.%I', 'changed_' || left(translate(plan.relation, '".', '_'), 40) || '_' || left(freshet.digest(plan.relation), 8));
  -- The writer may have no rights here: the function runs as who watches.
  execute format('create or replace function %s() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as %L',
    function_name, case when subscriber then freshet.row_body(plan) else freshet.statement_body(plan) end);
  execute format('revoke all on function %s() from public', function_name);
  for member in select m from freshet.members_of(relation) as m loop
    for trigger in select t.* from pg_class c, freshet.triggers_of(c.relkind, subscriber) as t where c.oid = member loop
      execute format('create trigger %I %s execute function %s()', trigger.name, format(trigger.clause, freshet.name_of(member)), function_name);
      -- Also under session_replication_role = replica: loads, and the apply worker.
      execute format('alter table %s enable always trigger %I', freshet.name_of(member), trigger.name);
    end loop;
  end loop;

  insert into freshet.watched (table_name, table_oid, arguments, column_types, function_oid, function_digest)
  select plan.relation, relation, given,
    coalesce((select jsonb_object_agg(c.name, c.type) from freshet.columns_of(relation) as c where c.name = any (plan.used)), '{}'),
    p.oid, freshet.digest(p.prosrc)
  from pg_proc p where p.oid = (function_name || '()')::regprocedure;
end
$$;

-- Reads the arguments. @throws when they do not fit the table
create or replace function freshet.plan_of(relation regclass, given jsonb) returns freshet.watch_plan
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  plan freshet.watch_plan;
  spec text;
  fields text[];
  columns text[];
begin
  plan.relation := freshet.name_of(relation);
  plan.subgraph := given ->> 'subgraph';
  plan.type := given ->> 'type';
  plan.lists := case when jsonb_typeof(given -> 'lists') = 'array' then array(select jsonb_array_elements_text(given -> 'lists')) end;
  plan.tags := array(select jsonb_array_elements_text(given -> 'tags'));
  plan.also := '[]';
  select coalesce(array_agg(distinct f.field || '=' || f.column_name), '{}') into fields
  from jsonb_array_elements_text(given -> 'keys') as k, freshet.fields_of(k) as f;
  plan.fields := array(select split_part(f, '=', 1) from unnest(fields) as f);
  plan.columns := array(select substr(f, position('=' in f) + 1) from unnest(fields) as f);
  if (plan.type is null) <> (cardinality(plan.fields) = 0) then
    raise exception 'freshet.watch(%): expected type and keys together, got type % and keys %', plan.relation, coalesce(plan.type, 'null'), given -> 'keys'
      using errcode = 'invalid_parameter_value', hint = format('For example: select freshet.watch(%L, type => ''Product'', keys => ''{upc}'')', plan.relation);
  end if;
  perform freshet.check_fields(relation, 'keys', plan.fields, plan.columns);
  perform freshet.check_columns(relation, 'keys', plan.columns);
  perform freshet.check_columns(relation, 'lists', coalesce(plan.lists, '{}'));
  perform freshet.check_templates(relation, plan.tags);
  perform freshet.check_columns(relation, 'tags', array(select c from unnest(plan.tags) as t, freshet.columns_in_template(t) as c));
  for spec in select jsonb_array_elements_text(given -> 'also') loop
    select array_agg(f.field), array_agg(f.column_name) into fields, columns
    from freshet.fields_of(substr(trim(spec), length(split_part(trim(spec), ' ', 1)) + 1)) as f where f.field <> '';
    if fields is null then
      raise exception 'freshet.watch(%): expected a type and its key fields in also, as in {"User id=author_id"}, got "%"', plan.relation, spec
        using errcode = 'invalid_parameter_value';
    end if;
    perform freshet.check_fields(relation, 'also', fields, columns);
    perform freshet.check_columns(relation, 'also', columns);
    plan.also := plan.also || jsonb_build_object('type', split_part(trim(spec), ' ', 1), 'fields', fields, 'columns', columns);
  end loop;
  plan.used := array(
    select c from (
      select unnest(plan.columns) union select unnest(plan.lists) union select freshet.columns_in_template(t) from unnest(plan.tags) as t
      union select jsonb_array_elements_text(a -> 'columns') from jsonb_array_elements(plan.also) as a) as every (c)
    order by c);
  if plan.type is null and plan.also = '[]' and cardinality(plan.tags) = 0 then
    raise exception 'freshet.watch(%): expected at least one of type, also, tags: else a change names nothing', plan.relation using errcode = 'invalid_parameter_value';
  end if;
  return plan;
end
$$;

-- Takes the triggers away. The relay purges the source's subgraphs once: from now on changes of the table go unseen.
-- @param table_name as text, for the table may be gone; found on the caller's search path
create or replace function freshet.unwatch(table_name text) returns void
language plpgsql
as $$
declare
  found_name text;
begin
  select w.table_name into found_name from freshet.watched w
  where w.table_name = unwatch.table_name or w.table_oid = to_regclass(unwatch.table_name)
    or w.table_name = freshet.name_of(to_regclass(unwatch.table_name));
  if found_name is null then
    raise exception 'freshet.unwatch: expected a watched table, got "%"', unwatch.table_name
      using errcode = 'undefined_object', hint = 'Watched are: ' || coalesce((select string_agg(w.table_name, ', ') from freshet.watched w), 'none');
  end if;
  perform freshet.forget(found_name);
end
$$;

-- Watches a table again as it was: after a partition was attached, a trigger disabled, a column changed.
create or replace function freshet.rewatch(relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  a jsonb;
begin
  select w.arguments into a from freshet.watched w where w.table_name = freshet.name_of(relation);
  if a is null then
    raise exception 'freshet.rewatch: expected a watched table, got %', relation using errcode = 'undefined_object';
  end if;
  perform freshet.watch(relation, a ->> 'type', array(select jsonb_array_elements_text(a -> 'keys')),
    case when jsonb_typeof(a -> 'lists') = 'array' then array(select jsonb_array_elements_text(a -> 'lists')) end,
    array(select jsonb_array_elements_text(a -> 'also')), array(select jsonb_array_elements_text(a -> 'tags')),
    a ->> 'subgraph', (a ->> 'subscriber')::boolean);
end
$$;

create or replace function freshet.forget(table_name text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  gone record;
begin
  for gone in
    select t.tgname, t.tgrelid from freshet.watched w join pg_trigger t on t.tgfoid = w.function_oid
    where w.table_name = forget.table_name and t.tgparentid = 0
  loop
    execute format('drop trigger %I on %s', gone.tgname, freshet.name_of(gone.tgrelid));
  end loop;
  for gone in select p.oid::regprocedure as name from freshet.watched w join pg_proc p on p.oid = w.function_oid where w.table_name = forget.table_name loop
    execute format('drop function %s', gone.name);
  end loop;
  delete from freshet.watched w where w.table_name = forget.table_name;
end
$$;
