// Which of a client's headers reach a subgraph, and which of them are part of the key: said in one declaration.

import { createHash, createHmac } from 'node:crypto';

export interface HeaderRule {
  /** Lower case. */
  readonly name: string;
  readonly forward: 'all' | ReadonlySet<string>;
  /** `value`: part of the key. `subject`: stands for who asks, private data is keyed by the subject. `none`: not keyed. */
  readonly key: 'subject' | 'value' | 'none';
}

export interface Forwarded {
  /** To be sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Digest of those that are part of the key; '' for none. */
  readonly digest: string;
  /** False: one that is sent is not part of the key, or stands for somebody who is not known. */
  readonly cacheable: boolean;
  /** One that is sent says who asks. */
  readonly isPersonal: boolean;
}

type ClientHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * @param subjectHash of a verified token; null without
 * @param secret our own, which subgraphs ask of whoever reaches them; null for none
 */
export function forwardHeaders(
  rules: readonly HeaderRule[],
  subgraph: string,
  client: ClientHeaders,
  subjectHash: string | null,
  secret: string | null,
): Forwarded {
  const headers: Record<string, string> = {};
  const keyed: string[] = [];
  let cacheable = true;
  let isPersonal = false;
  for (const { name, forward, key } of rules) {
    if (forward !== 'all' && !forward.has(subgraph)) continue;
    const given = client[name];
    if (given === undefined) continue;
    const value = typeof given === 'string' ? given : given.join(', ');
    headers[name] = value;
    if (key === 'subject') isPersonal = true;
    if (key === 'value') keyed.push(JSON.stringify([name, value]));
    else if (key === 'none' || subjectHash === null) cacheable = false;
    else keyed.push(JSON.stringify([name, subjectHash]));
  }
  // Last: no rule may let a client's header stand in its place.
  if (secret !== null) headers[SECRET_HEADER] = secret;
  const digest = keyed.length === 0 ? '' : createHash('sha256').update(keyed.join()).digest('base64url').slice(0, 22);
  return { headers, digest, cacheable, isPersonal };
}

/** What a subgraph of our kit expects. */
const SECRET_HEADER = 'freshet-secret';

/**
 * Names a subject in keys and tags without telling it.
 * Hashed as a JSON list: no two of graph, issuer and name give one text, not even with lone surrogates, which UTF-8 makes one.
 * @param graph whose name keeps subjects of two graphs apart
 * @param issuer who gave the name; null where a token bears none @param name the `sub` of a verified token
 * @returns 22 characters, 132 bits
 */
export function hashSubject(graph: string, issuer: string | null, name: string): string {
  const text = JSON.stringify([graph, issuer, name]);
  return createHmac('sha256', 'freshet/subject').update(text).digest('base64url').slice(0, 22);
}
