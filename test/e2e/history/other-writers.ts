// Writers of the other subgraphs: reviews, likes, stock, followers, private data.
import { insertProduct, json, listed, type Observation, type Writer } from './writer.ts';

const SHOWN_COUNT = 3;

/** Reviews that are written, moved to another product and taken away. Ids from 900,000 on. */
export function reviewWriter([one, other]: readonly [string, string]): Writer {
  const reviews = new Map<string, string>();
  const after = (): readonly Observation[] =>
    [one, other].flatMap((upc): readonly Observation[] => {
      const ids = [...reviews].filter(([, of]) => of === upc).map(([id]) => id);
      // Newest first; of one moment the greater id.
      const newest = ids.toSorted((a, b) => Number(b) - Number(a)).slice(0, SHOWN_COUNT);
      return [...listed(`reviews:${upc}`, newest, ids.length), [`reviewCount:${upc}`, json(ids.length)]];
    });
  return {
    name: `reviews of ${one} and ${other}`,
    subgraph: 'reviews',
    needs: { subgraph: 'catalog', sql: `${insertProduct(one)} ${insertProduct(other)}` },
    first: { sql: 'select 1', after: after() },
    next(step) {
      const [oldest] = reviews;
      switch (step % 4) {
        case 3: {
          const [id = '', of] = oldest ?? [];
          const to = of === one ? other : one;
          reviews.set(id, to);
          return { sql: `update reviews.review set upc = '${to}' where id = ${id}`, after: after() };
        }
        case 0: {
          const [id = ''] = oldest ?? [];
          reviews.delete(id);
          return { sql: `delete from reviews.review where id = ${id}`, after: after() };
        }
        default: {
          const id = String(900_000 + step);
          const upc = step % 8 < 4 ? one : other;
          reviews.set(id, upc);
          const sql = `insert into reviews.review (id, upc, rating, created_at) values (${id}, '${upc}', 4, '2026-01-01')`;
          return { sql, after: after() };
        }
      }
    },
  };
}

/** How much of a product lies in a warehouse. */
export function quantityWriter(upc: string): Writer {
  const after = (quantity: number): readonly Observation[] => [
    [`quantity:${upc}`, json(quantity)],
    [`stock:${upc}`, json(quantity === 0 ? [] : [quantity])],
  ];
  return {
    name: `stock of ${upc}`,
    subgraph: 'inventory',
    needs: { subgraph: 'catalog', sql: insertProduct(upc) },
    first: {
      sql: `insert into inventory.warehouse (id, name, serves) values ('H1', 'H1', '{DE}');
        insert into inventory.product (upc) values ('${upc}')`,
      after: after(0),
    },
    next(step) {
      const quantity = step % 5 === 0 ? 0 : step;
      const sql =
        quantity === 0
          ? `delete from inventory.stock where upc = '${upc}'`
          : `insert into inventory.stock (warehouse_id, upc, quantity) values ('H1', '${upc}', ${quantity})
              on conflict (upc, warehouse_id) do update set quantity = excluded.quantity`;
      return { sql, after: after(quantity) };
    },
  };
}

/** Followers that come and go; now and then one goes with the account, by a cascade. Ids from 9,500,000 on. */
export function followerWriter(id: string): Writer {
  const followers: string[] = [];
  const after = (): readonly Observation[] => [
    [`followerCount:${id}`, json(followers.length)],
    [`followers:${id}`, json(followers.length)],
  ];
  return {
    name: `followers of ${id}`,
    subgraph: 'accounts',
    first: {
      sql: `insert into accounts.person (id, username, email) values (${id}, 'h.${id}', 'h@example.org')`,
      after: after(),
    },
    next(step) {
      if (step % 4 === 0) {
        const gone = followers.shift() ?? '';
        return { sql: `delete from accounts.person where id = ${gone}`, after: after() };
      }
      const follower = String(9_500_000 + step);
      followers.push(follower);
      const sql = `insert into accounts.person (id, username, email) values (${follower}, 'h.${follower}', 'h@example.org');
        insert into accounts.follow (follower_id, followee_id) values (${follower}, ${id})`;
      return { sql, after: after() };
    },
  };
}

/** What only the person itself may see. */
export function emailWriter(id: string): Writer {
  return {
    name: `email of ${id}`,
    subgraph: 'accounts',
    first: {
      sql: `insert into accounts.person (id, username, email) values (${id}, 'h.${id}', 'v0@example.org')`,
      after: [
        [`email:${id}`, json('v0@example.org')],
        [`email of another:${id}`, json(null)],
      ],
    },
    next(step) {
      const email = `v${step}@example.org`;
      return {
        sql: `update accounts.person set email = '${email}' where id = ${id}`,
        after: [[`email:${id}`, json(email)]],
      };
    },
  };
}

/** Who likes a picture: a field that one subgraph adds to an interface of another. */
export function likeWriter(mediaId: string): Writer {
  return {
    name: `likes of ${mediaId}`,
    subgraph: 'reviews',
    needs: {
      subgraph: 'catalog',
      sql: `${insertProduct(`h-of-${mediaId}`)}
        insert into catalog.media (id, upc, kind, url) values (${mediaId}, 'h-of-${mediaId}', 'IMAGE', 'https://example.org/')`,
    },
    first: { sql: 'select 1', after: [[`likes:${mediaId}`, json(0)]] },
    next: (step) => ({
      sql: `insert into reviews.media_like (media_id, person_id) values (${mediaId}, ${step})`,
      after: [[`likes:${mediaId}`, json(step)]],
    }),
  };
}
