-- What the relay compares: is every watched table still watched as recorded, and was anything altered since?

-- Each way in which a change of a watched table could go unseen now. Empty: none.
create or replace function freshet.problems() returns table (table_name text, problem text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select w.table_name, case when to_regclass(w.table_name) is null then 'is gone' else 'is another table than the one that was watched' end
  from freshet.watched w where to_regclass(w.table_name)::oid is distinct from w.table_oid
  union all
  select w.table_name, 'its trigger function is missing or was changed'
  from freshet.watched w left join pg_proc p on p.oid = w.function_oid
  where freshet.digest(p.prosrc) is distinct from w.function_digest or not p.prosecdef
  union all
  select w.table_name, format('column %s is %s, it was %s', used.key, coalesce(format_type(a.atttypid, a.atttypmod), 'gone'), used.value)
  from freshet.watched w join pg_class c on c.oid = w.table_oid cross join jsonb_each_text(w.column_types) as used
  left join pg_attribute a on a.attrelid = w.table_oid and a.attname = used.key and a.attnum > 0 and not a.attisdropped
  where format_type(a.atttypid, a.atttypmod) is distinct from used.value
  union all
  select w.table_name, format('%s is not an ordinary, logged table', freshet.name_of(c.oid))
  from freshet.watched w cross join freshet.members_of(w.table_oid) as m join pg_class c on c.oid = m
  where c.relkind not in ('r', 'p') or c.relpersistence <> 'p'
  union all
  select w.table_name, format('trigger %s of %s is %s', needed.name, freshet.name_of(c.oid), case
    when t.oid is null then 'missing' when t.tgfoid <> w.function_oid then 'another one'
    when t.tgenabled = 'D' then 'disabled' else 'not enabled always' end)
  from freshet.watched w cross join freshet.members_of(w.table_oid) as m join pg_class c on c.oid = m
    cross join freshet.triggers_of(c.relkind, (w.arguments ->> 'subscriber')::boolean) as needed
    left join pg_trigger t on t.tgrelid = c.oid and t.tgname = needed.name
  where t.oid is null or t.tgfoid <> w.function_oid or t.tgenabled <> 'A'
$$;

-- Differs when anything was altered, even if it was altered back: each row of the catalog bears the transaction that wrote it.
-- A trigger disabled for one load, a column rewritten by ALTER TYPE … USING, a partition detached: rows changed unseen.
-- Holds every fact that problems() looks at: while it is the same, so are they.
create or replace function freshet.fingerprint() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with recursive member (relid) as (
    select table_oid from freshet.watched union select inhrelid from member join pg_inherits on inhparent = relid
  ), fact (text) as (
    select 'watched ' || table_oid || ' ' || xmin from freshet.watched
    union all select 'table ' || c.oid || ' ' || n.nspname || '.' || c.relname || ' ' || c.relkind::text || c.relpersistence::text
      from member join pg_class c on c.oid = relid join pg_namespace n on n.oid = c.relnamespace
    union all select 'trigger ' || tgrelid || ' ' || tgname || ' ' || tgenabled::text || ' ' || t.xmin
      from member join pg_trigger t on t.tgrelid = relid where tgname like 'freshet\_%'
    union all select 'function ' || p.oid || ' ' || p.xmin from freshet.watched join pg_proc p on p.oid = function_oid
    union all select 'columns ' || attrelid || ' ' || string_agg(attnum || ':' || a.xmin, ',' order by attnum)
      from member join pg_attribute a on a.attrelid = relid where attnum > 0 group by attrelid
  )
  select coalesce(freshet.digest(string_agg(text, ',' order by text)), '') from fact
$$;
