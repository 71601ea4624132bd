// URLs of shards: the name is the same for all gateways and never holds a password.
import { describe, expect, it } from 'vitest';
import { readShardUrl } from '../../../../gateway/config/shard-url.ts';
import { shardAt } from '../../../support/shard-at.ts';

describe('the URL of a shard', () => {
  it('names the shard without credentials and defaults', () => {
    const nameOf = (url: string) => shardAt(url).name;
    expect(nameOf('redis://user:secret@10.0.0.1:6380')).toBe('redis://10.0.0.1:6380');
    expect(nameOf('redis://10.0.0.1')).toBe('redis://10.0.0.1:6379');
    expect(nameOf('rediss://10.0.0.1/2')).toBe('rediss://10.0.0.1:6379/2');
    expect(nameOf('redis://10.0.0.1/0')).toBe('redis://10.0.0.1:6379');
    expect(nameOf('redis://10.0.0.1/')).toBe('redis://10.0.0.1:6379');
    expect(nameOf('memory:a?max=1MiB')).toBe('memory:a');
    expect(nameOf('memory:')).toBe('memory:');
  });

  it('bounds a memory shard, by 64 MiB where it says nothing', () => {
    const maxOf = (url: string) => {
      const read = shardAt(url);
      return read.kind === 'memory' ? read.maxBytes : null;
    };
    expect(maxOf('memory:a')).toBe(64 * 1024 ** 2);
    expect(maxOf('memory:a?max=1GiB')).toBe(1024 ** 3);
    expect(maxOf('memory:a?max=100000')).toBe(100_000);
  });

  it.each([
    ['no url', 'expected the URL of a shard (memory: redis: rediss:)', 'a text without a scheme'],
    ['memcached://h:11211', 'expected the URL of a shard (memory: redis: rediss:)', 'scheme memcached:'],
    ['redis://:secret@/1', 'expected the URL of a shard (memory: redis: rediss:)', 'a text that is no URL'],
    ['redis:///1', 'expected the URL of a shard (memory: redis: rediss:)', 'redis:// without a host'],
    ['ftp://user:secret@h', 'expected the URL of a shard (memory: redis: rediss:)', 'scheme ftp:'],
    ['redis://h/one', 'expected the number of a database', 'database "one" of h'],
    ['memory:a?max=64', 'expected a size of at least 64KiB for max, such as 64MiB', 'max=64'],
    ['memory:a?max=lots', 'expected a size of at least 64KiB for max, such as 64MiB', 'max=lots'],
    ['memory:a?max=1KiB', 'expected a size of at least 64KiB for max, such as 64MiB', 'max=1KiB'],
  ])('is refused with what was expected and what came, without the password: %s', (url, expected, got) => {
    expect(readShardUrl(url)).toEqual({ kind: 'wrong', expected, got });
  });
});
