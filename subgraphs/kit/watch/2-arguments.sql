-- Reads and checks what `freshet.watch` is called with.

-- The columns of a table that are not dropped. `stable`: its text is the same in every session, whatever the session's settings.
create or replace function freshet.columns_of(relation regclass) returns table (name text, type text, virtual boolean, stable boolean)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select a.attname::text, format_type(a.atttypid, a.atttypmod), a.attgenerated = 'v',
    b.typcategory in ('S', 'B', 'E') or b.typname in ('int2', 'int4', 'int8', 'numeric', 'oid', 'uuid', 'date', 'timestamp', 'inet', 'cidr', 'macaddr')
  from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_type b on b.oid = case when t.typbasetype = 0 then t.oid else t.typbasetype end
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped order by a.attnum
$$;

-- 'sku organization.id=organization_id' → the fields of one key and the column that each is read from.
create or replace function freshet.fields_of(spec text) returns table (field text, column_name text)
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select split_part(word, '=', 1), case when position('=' in word) > 0 then substr(word, position('=' in word) + 1) else word end
  from regexp_split_to_table(trim(spec), '\s+') as word
$$;

-- 'brand-{brand_id}' → {brand_id}
create or replace function freshet.columns_in_template(template text) returns setof text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select found[1] from regexp_matches(template, '\{([^{}]*)\}', 'g') as found $$;

-- @throws when a table cannot be watched, with what was expected and what came.
create or replace function freshet.check_table(relation regclass) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  class pg_class;
  what text;
begin
  select * into class from pg_class where oid = relation;
  if class.oid is null then
    raise exception 'freshet.watch: expected an existing table, got oid %', relation::oid using errcode = 'undefined_table';
  end if;
  if class.relkind not in ('r', 'p') then
    what := case class.relkind when 'v' then 'a view' when 'm' then 'a materialized view' when 'f' then 'a foreign table'
      when 'S' then 'a sequence' when 'i' then 'an index' else 'something else' end;
    raise exception 'freshet.watch(%): expected a table, got %. Only a table''s own changes pass its triggers', relation, what
      using errcode = 'wrong_object_type', hint = 'Watch the tables that it is computed from.';
  end if;
  if class.relpersistence <> 'p' then
    what := case class.relpersistence when 'u' then 'an unlogged table: a crash empties it without a trigger' else 'a temporary table' end;
    raise exception 'freshet.watch(%): expected an ordinary, logged table, got %', relation, what using errcode = 'wrong_object_type';
  end if;
  if class.relnamespace in ('freshet'::regnamespace, 'pg_catalog'::regnamespace) then
    raise exception 'freshet.watch(%): expected a table of the application, got one of the system', relation using errcode = 'wrong_object_type';
  end if;
  select inhparent::regclass::text into what from pg_inherits where inhrelid = relation limit 1;
  if what is not null then
    raise exception 'freshet.watch(%): expected the topmost table, got a partition or child of %', relation, what
      using errcode = 'wrong_object_type', hint = format('Watch %s: its partitions are watched with it.', what);
  end if;
  for class in select c.* from freshet.members_of(relation) as m join pg_class c on c.oid = m loop
    if class.relkind not in ('r', 'p') or class.relpersistence <> 'p' then
      raise exception 'freshet.watch(%): expected all partitions to be ordinary, logged tables; % is not', relation, class.oid::regclass
        using errcode = 'wrong_object_type';
    end if;
    if not pg_has_role(class.relowner, 'USAGE') then
      raise exception 'freshet.watch(%): expected to be the owner of % (%), the current role is %',
        relation, class.oid::regclass, class.relowner::regrole, current_user using errcode = 'insufficient_privilege';
    end if;
  end loop;
end
$$;

-- @throws when a template is empty or its braces do not match
create or replace function freshet.check_templates(relation regclass, templates text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  template text;
begin
  foreach template in array templates loop
    if template !~ '^([^{}]|\{[^{}]+\})+$' then
      raise exception 'freshet.watch(%): expected tags as in {"brand-{brand_id}"}, with columns in braces, got "%"', relation, template
        using errcode = 'invalid_parameter_value';
    end if;
  end loop;
end
$$;

-- @throws when one of the names is not a column that a trigger can read as text.
create or replace function freshet.check_columns(relation regclass, argument text, names text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  wanted text;
  col record;
begin
  foreach wanted in array names loop
    select * into col from freshet.columns_of(relation) as c where c.name = wanted;
    if col.name is null then
      raise exception 'freshet.watch(%): expected a column of the table in %, got "%"', relation, argument, wanted
        using errcode = 'undefined_column',
          hint = 'It has: ' || (select string_agg(c.name, ', ') from freshet.columns_of(relation) as c);
    end if;
    if col.virtual then
      raise exception 'freshet.watch(%): expected a stored column in %, got "%", which is generated and virtual: triggers do not see it',
        relation, argument, wanted using errcode = 'feature_not_supported';
    end if;
    if argument <> 'lists' and not col.stable then
      raise exception 'freshet.watch(%): expected in % a column whose text is the same in every session, got "%" of type %',
        relation, argument, wanted, col.type using errcode = 'datatype_mismatch', hint = 'Name a generated column that holds it as text.';
    end if;
  end loop;
end
$$;

-- @throws when key fields are not names, or one field is a scalar in one place and an object in another.
create or replace function freshet.check_fields(relation regclass, argument text, fields text[], columns text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  clash record;
begin
  select f into clash from unnest(fields) as f where f !~ '^[_A-Za-z]\w*(\.[_A-Za-z]\w*)*$' limit 1;
  if found then
    raise exception 'freshet.watch(%): expected key fields as in {upc}, {"sku organization.id=organization_id"} in %, got "%"', relation, argument, clash.f
      using errcode = 'invalid_parameter_value';
  end if;
  select a.f as one, b.f as other into clash
  from unnest(fields, columns) as a (f, c), unnest(fields, columns) as b (f, c)
  where b.f like replace(a.f, '_', '\_') || '.%' or (a.f = b.f and a.c <> b.c) limit 1;
  if found then
    raise exception 'freshet.watch(%): expected one meaning for each key field in %, got "%" and "%" of different meaning', relation, argument, clash.one, clash.other
      using errcode = 'invalid_parameter_value';
  end if;
end
$$;
