// What one would build without Freshet: entities in Redis through Keyv, by a data source of `@apollo/gateway`.
//
// Written as well as it can be: one multi-get for all representations of a request, each distinct one looked up once, only misses asked of
// the subgraph, answers joined again in order, root fields kept too, lifetimes of `Cache-Control`, errors never kept, undici as the HTTP client.

import { createHash } from 'node:crypto';
import { RemoteGraphQLDataSource } from '@apollo/gateway';
import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';

export async function openEntityCache(url) {
  const keyv = new Keyv(new KeyvRedis(url, { throwOnErrors: true }), { useKeyPrefix: false, throwOnErrors: true });
  // Opens the connection.
  await keyv.get('ready');
  return keyv;
}

export class EntityCachingDataSource extends RemoteGraphQLDataSource {
  /** By the text of the request. */
  #prefixes = new Map();

  constructor({ name, url, keyv }) {
    super({ url, fetcher: fetch });
    this.name = name;
    this.keyv = keyv;
  }

  async process(options) {
    const { query, variables = {} } = options.request;
    if (query.startsWith('mutation')) return super.process(options);
    const { representations, ...others } = variables;
    return representations === undefined
      ? this.#root(options, this.#keyOf(query, variables))
      : this.#entities(options, representations, this.#keyOf(query, others));
  }

  async #root(options, key) {
    const kept = await this.keyv.get(key);
    if (kept !== undefined) return { data: kept };
    const answer = await super.process(options);
    const ttlMs = ttlMsOf(answer);
    // As text before the gateway changes it, which happens in this turn of the event loop.
    if (ttlMs > 0) this.keyv.set(key, structuredClone(answer.data), ttlMs).catch(() => undefined);
    return answer;
  }

  async #entities(options, representations, prefix) {
    const placesByKey = new Map();
    representations.forEach((representation, place) => {
      const key = `${prefix}${JSON.stringify(representation)}`;
      const places = placesByKey.get(key);
      if (places === undefined) placesByKey.set(key, [place]);
      else places.push(place);
    });
    const keys = [...placesByKey.keys()];
    const kept = await this.keyv.getMany(keys);
    const found = new Map();
    const missing = [];
    keys.forEach((key, index) => {
      if (kept[index] === undefined) missing.push(key);
      else found.set(key, kept[index]);
    });
    let errors;
    if (missing.length > 0) {
      const wanted = missing.map((key) => representations[placesByKey.get(key)[0]]);
      const request = {
        ...options.request,
        variables: { ...options.request.variables, representations: wanted },
      };
      const answer = await super.process({ ...options, request });
      errors = answer.errors;
      const entities = answer.data?._entities ?? [];
      const ttlMs = ttlMsOf(answer);
      if (ttlMs > 0) {
        const entries = missing.map((key, index) => ({ key, value: structuredClone(entities[index]), ttl: ttlMs }));
        this.keyv.setMany(entries.filter(({ value }) => value != null)).catch(() => undefined);
      }
      missing.forEach((key, index) => {
        found.set(key, entities[index] ?? null);
      });
    }
    const joined = new Array(representations.length);
    for (const [key, [first, ...more]] of placesByKey) {
      joined[first] = found.get(key);
      // The gateway writes into what it is given: each place needs an object of its own.
      for (const place of more) joined[place] = structuredClone(found.get(key));
    }
    return { data: { _entities: joined }, ...(errors === undefined ? {} : { errors }) };
  }

  #keyOf(query, variables) {
    let prefix = this.#prefixes.get(query);
    if (prefix === undefined) {
      prefix = `${this.name}:${createHash('sha256').update(query).digest('base64url').slice(0, 22)}:`;
      this.#prefixes.set(query, prefix);
    }
    const text = JSON.stringify(variables);
    return text === '{}' ? prefix : `${prefix}${text}:`;
  }
}

/** 0: not to be kept. */
function ttlMsOf({ errors, http }) {
  const cacheControl = http?.headers.get('cache-control') ?? '';
  if (errors !== undefined || /no-store|private/.test(cacheControl)) return 0;
  return Number(/max-age=(\d+)/.exec(cacheControl)?.[1] ?? 0) * 1_000;
}
