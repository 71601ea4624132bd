// URLs of shards: the name is the same for all gateways and never holds a password.
import { describe, expect, it } from 'vitest';
import { parseShardUrl } from '../../../../gateway/cache/shard-url.ts';
import { GatewayError } from '../../../../gateway/errors.ts';

describe('the URL of a shard', () => {
  it('names the shard without credentials and defaults', () => {
    const nameOf = (url: string) => parseShardUrl(url).name;
    expect(nameOf('redis://user:secret@10.0.0.1:6380')).toBe('redis://10.0.0.1:6380');
    expect(nameOf('redis://10.0.0.1')).toBe('redis://10.0.0.1:6379');
    expect(nameOf('rediss://10.0.0.1/2')).toBe('rediss://10.0.0.1:6379/2');
    expect(nameOf('redis://10.0.0.1/0')).toBe('redis://10.0.0.1:6379');
    expect(nameOf('memory:a?max=1MiB')).toBe('memory:a');
    expect(nameOf('memory:')).toBe('memory:');
  });

  it('bounds a memory shard, by 64 MiB where it says nothing', () => {
    const maxOf = (url: string) => {
      const parsed = parseShardUrl(url);
      return parsed.kind === 'memory' ? parsed.maxBytes : null;
    };
    expect(maxOf('memory:a')).toBe(64 * 1024 ** 2);
    expect(maxOf('memory:a?max=1GiB')).toBe(1024 ** 3);
    expect(maxOf('memory:a?max=100000')).toBe(100_000);
  });

  it.each([
    ['no url', /got "no url", which is no URL/],
    ['memcached://h:11211', /whose kind is memcached/],
    ['redis://:secret@/1', /Expected the URL of a shard/],
    ['ftp://user:secret@h', /whose kind is ftp/],
    ['redis://h/one', /database "one" for h, which is no number/],
    ['memory:a?max=64MB', /max=64MB .* expected a size/],
    ['memory:a?max=1KiB', /at least 64KiB/],
  ])('is refused with what came and what was expected, without the password: %s', (url, message) => {
    const refusal = (() => {
      try {
        return parseShardUrl(url);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(GatewayError);
    expect(refusal).toMatchObject({ code: 'SHARD_URL_INVALID', message: expect.stringMatching(message) });
    expect((refusal as Error).message).not.toContain('secret');
  });
});
