// What a client takes of the encodings that we give, out of its `Accept-Encoding`.

import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** The ones we prefer first: of those that a client takes, the smallest answer. */
export const ENCODINGS = ['br', 'zstd', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface AcceptedEncodings {
  /** Null: none that the client would rather have than the plain bytes. */
  readonly encoding: Encoding | null;
  /** False: plain bytes are refused (`identity;q=0`). */
  readonly takesPlain: boolean;
}

/** For who says nothing: RFC 9110, 12.5.3 would let us choose, but such clients seldom unpack. */
const PLAIN_ALONE: AcceptedEncodings = { encoding: null, takesPlain: true };
const PLAIN = 'identity';
/** Clients send the same few headers again and again. */
const LARGEST_KNOWN_COUNT = 1_000;
const LONGEST_HEADER = 200;

/** Reads the header, once for each text of it. @see RFC 9110, 12.5.3 */
export function createAcceptEncoding(): (header: string | undefined) => AcceptedEncodings {
  const known = new LRUCache<string, AcceptedEncodings>({ max: LARGEST_KNOWN_COUNT });
  return (header) => {
    if (header === undefined || header.length > LONGEST_HEADER) return PLAIN_ALONE;
    let accepted = known.get(header);
    if (accepted === undefined) {
      accepted = read(header);
      known.set(header, accepted);
    }
    return accepted;
  };
}

function read(header: string): AcceptedEncodings {
  // In the client's order; the last place among equals is that of the plain bytes.
  const taken = new Negotiator({ headers: { 'accept-encoding': header } }).encodings([...ENCODINGS, PLAIN]);
  const plainAt = taken.indexOf(PLAIN);
  const preferred = plainAt < 0 ? taken : taken.slice(0, plainAt);
  return { encoding: ENCODINGS.find((name) => preferred.includes(name)) ?? null, takesPlain: plainAt >= 0 };
}
