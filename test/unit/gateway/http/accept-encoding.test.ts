// What clients take, as they say it: RFC 9110, 12.5.3.
import { expect, it } from 'vitest';
import { createAcceptEncoding } from '../../../../gateway/http/accept-encoding.ts';

it.each<[string | undefined, string | null, boolean]>([
  [undefined, null, true],
  ['', null, true],
  ['gzip', 'gzip', true],
  ['gzip, deflate', 'gzip', true],
  ['gzip, deflate, br, zstd', 'br', true],
  ['zstd, gzip', 'zstd', true],
  ['GZIP', 'gzip', true],
  ['*', 'br', true],
  ['deflate', null, true],
  ['compress;q=0.5, gzip;q=1.0', 'gzip', true],
  ['gzip;q=0', null, true],
  ['br;q=0, *', 'zstd', true],
  ['identity', null, true],
  ['identity, gzip;q=0.5', null, true],
  ['identity;q=0.5, gzip', 'gzip', true],
  ['gzip, identity;q=0', 'gzip', false],
  ['identity;q=0', null, false],
  ['*;q=0', null, false],
  ['gzip, *;q=0', 'gzip', false],
  ['deflate, identity;q=0', null, false],
  ['br;q=nonsense', null, true],
  [`gzip${', gzip'.repeat(1_000)}`, null, true],
])('of %s it takes %s; plain bytes: %s', (header, encoding, takesPlain) => {
  const read = createAcceptEncoding();
  for (const _time of ['first', 'again']) expect(read(header)).toEqual({ encoding, takesPlain });
});
