-- Reviews of products, and who likes which picture or film.

create sequence reviews.review_id;

-- In four partitions: as large as this graph gets, and a key that lies in all of them.
create table reviews.review (
  id bigint primary key default nextval('reviews.review_id'),
  upc text collate "C" not null,
  -- Null: anonymous. Names never change, so that a copy stays right.
  author_id bigint,
  author_username text,
  rating integer not null check (rating between 1 and 5),
  title text,
  body text,
  language text not null default 'EN' check (language in ('DE', 'EN', 'ES', 'JA')),
  verified boolean not null default false,
  helpful_count integer not null default 0,
  created_at timestamptz(3) not null default now(),
  edited_at timestamptz(3),
  -- Of the inventory subgraph; null: not bought here.
  warehouse_id text,
  check ((author_id is null) = (author_username is null))
) partition by hash (id);

create table reviews.review_0 partition of reviews.review for values with (modulus 4, remainder 0);
create table reviews.review_1 partition of reviews.review for values with (modulus 4, remainder 1);
create table reviews.review_2 partition of reviews.review for values with (modulus 4, remainder 2);
create table reviews.review_3 partition of reviews.review for values with (modulus 4, remainder 3);

create index review_product on reviews.review (upc, created_at, id);
create index review_author on reviews.review (author_id, created_at, id);
create index review_created on reviews.review (created_at, id);

create table reviews.media_like (
  media_id bigint not null,
  person_id bigint not null,
  liked_at timestamptz(3) not null default now(),
  primary key (media_id, person_id)
);
