// The log: JSON lines for machines, readable lines on a terminal, no secrets in either.
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../../gateway/telemetry/logs.ts';

function sink(isTTY: boolean): { stream: Writable & { isTTY: boolean }; text: () => string } {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), text: () => written };
}

describe('in a pipe', () => {
  it('a line is JSON with time, level, message and fields', () => {
    const { stream, text } = sink(false);
    createLog({ level: 'info', stream, colours: 'on' }).warn({ shard: 'a' }, 'a shard is away');
    expect(JSON.parse(text())).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      shard: 'a',
      msg: 'a shard is away',
    });
  });

  it('an error keeps its cause', () => {
    const { stream, text } = sink(false);
    createLog({ level: 'info', stream, colours: 'off' }).error(
      { err: new Error('above', { cause: new Error('below') }) },
      'bad',
    );
    expect(JSON.parse(text()).err.stack).toMatch(/above[\s\S]*caused by: Error: below/);
  });
});

describe('on a terminal', () => {
  it('a line is for reading, with its stack, and with colours only where they are wanted', () => {
    const { stream, text } = sink(true);
    createLog({ level: 'info', stream, colours: 'off' }).error(
      { shard: 'redis://a:1', n: { m: 1 }, err: new Error('why') },
      'bad',
    );
    expect(text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error bad shard=redis:\/\/a:1 n=\{"m":1\}\nError: why\n {4}at /);
    expect(text()).not.toContain('\u001b');
    const coloured = sink(true);
    createLog({ level: 'info', stream: coloured.stream, colours: 'on' }).info('fine');
    expect(coloured.text()).toContain('\u001b[32m');
  });
});

describe('everywhere', () => {
  it.each([true, false])('nothing under the level and no credentials are written (terminal: %s)', (isTTY) => {
    const { stream, text } = sink(isTTY);
    const log = createLog({ level: 'warn', stream, colours: 'off' });
    log.info('unheard');
    log.warn(
      { authorization: 'hunter2', request: { headers: { cookie: 'hunter2', authorization: 'hunter2' } } },
      'heard',
    );
    expect(text()).toContain('heard');
    expect(text()).not.toContain('unheard');
    expect(text()).not.toContain('hunter2');
  });
});
