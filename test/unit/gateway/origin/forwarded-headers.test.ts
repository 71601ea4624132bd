// Headers that reach a subgraph: whatever may change its answer is part of the key, or the answer is not cached.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardHeaders, type HeaderRule, hashSubject } from '../../../../gateway/origin/forwarded-headers.ts';

const rule = (name: string, key: HeaderRule['key'], forward: readonly string[] | 'all' = ['accounts']): HeaderRule => ({
  name,
  key,
  forward: forward === 'all' ? 'all' : new Set(forward),
});
const send = (
  rules: readonly HeaderRule[],
  client: Readonly<Record<string, string | readonly string[] | undefined>>,
  subjectHash: string | null = null,
  subgraph = 'accounts',
) => forwardHeaders(rules, subgraph, client, subjectHash, null);

describe('a header of the client', () => {
  it('reaches only the subgraphs that are named, and none that nobody named', () => {
    const rules = [rule('authorization', 'value'), rule('x-trace', 'value', 'all')];
    const client = { authorization: 'Bearer x', 'x-trace': '1', cookie: 'secret' };
    expect(send(rules, client).headers).toEqual({ authorization: 'Bearer x', 'x-trace': '1' });
    expect(send(rules, client, null, 'catalog').headers).toEqual({ 'x-trace': '1' });
    expect(send([], client)).toEqual({ headers: {}, digest: '', cacheable: true, isPersonal: false });
  });

  it('makes the fetch uncacheable when it is sent and not part of the key', () => {
    const rules = [rule('x-tenant', 'none')];
    expect(send(rules, { 'x-tenant': 'a' }).cacheable).toBe(false);
    expect(send(rules, {})).toEqual({ headers: {}, digest: '', cacheable: true, isPersonal: false });
  });

  it('parts the cache by its value', () => {
    const rules = [rule('accept-language', 'value'), rule('x-tenant', 'value')];
    const digests = [
      {},
      { 'accept-language': 'de' },
      { 'accept-language': 'en' },
      { 'accept-language': '' },
      { 'x-tenant': 'de' },
      { 'accept-language': 'de', 'x-tenant': 'de' },
      { 'accept-language': ['de', 'en'] },
    ].map((client) => send(rules, client).digest);
    expect(digests[0]).toBe('');
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('parts the cache by who asks, not by the token that proves it', () => {
    const rules = [rule('authorization', 'subject')];
    const alice = send(rules, { authorization: 'Bearer one' }, 'alice');
    expect(send(rules, { authorization: 'Bearer two' }, 'alice').digest).toBe(alice.digest);
    expect(send(rules, { authorization: 'Bearer one' }, 'bob').digest).not.toBe(alice.digest);
    expect(alice.cacheable).toBe(true);
    expect(alice.headers).toEqual({ authorization: 'Bearer one' });
    expect(alice.isPersonal).toBe(true);
  });

  it('makes the fetch uncacheable when it stands for somebody whom nobody verified', () => {
    expect(send([rule('authorization', 'subject')], { authorization: 'Bearer forged' }).cacheable).toBe(false);
  });

  it('cannot be imitated by another header or by two of them', () => {
    const rules = [rule('a', 'value'), rule('b', 'value')];
    const text = fc.string({ unit: fc.constantFrom('"', ',', '[', ']', 'a', 'b', '\\'), maxLength: 6 });
    const client = fc.record({ a: text, b: text }, { requiredKeys: [] });
    fc.assert(
      fc.property(client, client, (left, right) => {
        const equal = left.a === right.a && left.b === right.b;
        expect(send(rules, left).digest === send(rules, right).digest).toBe(equal);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('our own secret', () => {
  it('goes to every subgraph, and no client can replace it', () => {
    const client = { 'freshet-secret': 'forged' };
    const forwarded = forwardHeaders([rule('freshet-secret', 'value', 'all')], 'accounts', client, null, 'ours');
    expect(forwarded.headers['freshet-secret']).toBe('ours');
    expect(forwardHeaders([], 'accounts', client, null, null).headers).toEqual({});
  });
});

describe('the hash of a subject', () => {
  it('is one for one subject of one issuer and graph, and tells nothing of it', () => {
    expect(hashSubject('shop', null, 'alice@example.com')).toMatch(/^[\w-]{22}$/);
    expect(hashSubject('shop', 'https://a', 'alice')).toBe(hashSubject('shop', 'https://a', 'alice'));
  });

  it('is another for each graph, issuer and name, however they are written together', () => {
    const subjects: [string, string | null, string][] = [
      ['shop', 'https://a', 'alice'],
      ['shop', 'https://b', 'alice'],
      ['shop', 'https://a', 'bob'],
      ['blog', 'https://a', 'alice'],
      ['shop', null, 'alice'],
      ['shop', '', 'alice'],
      ['shop', 'null', 'alice'],
      ['shop', 'https://', 'aalice'],
      ['shop', 'https://a","', 'alice'],
      ['shop', 'https://a', '","alice'],
      ['shophttps://a', null, 'alice'],
      // HMAC pads a short key with zeroes.
      ['shop\0', 'https://a', 'alice'],
      // As UTF-8 both would be the replacement character.
      ['shop', 'https://a', '\ud800'],
      ['shop', 'https://a', '\udfff'],
    ];
    expect(new Set(subjects.map((subject) => hashSubject(...subject))).size).toBe(subjects.length);
  });
});
