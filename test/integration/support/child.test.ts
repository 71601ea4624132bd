// Holds the process harness to what fault tests build on: lines, signals, ends, and no survivor of a dead worker.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Child, spawnChild, spawnServer } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { openResources } from '../../support/open-resources.ts';
import { isRunning, processTree } from '../../support/process-tree.ts';

const shell = (script: string): Child => spawnChild({ name: 'script', command: '/bin/sh', args: ['-c', script] });

describe('output', () => {
  it('finds a line that came before the wait as well as one that comes after', async () => {
    const child = shell('echo first 1; read -r _ < /dev/zero & sleep 0.05; echo second 2 >&2; exec sleep 60');
    expect((await child.waitForLine(/second (\d)/))[1]).toBe('2');
    expect((await child.waitForLine(/first (\d)/))[1]).toBe('1');
    expect(child.stdout()).toBe('first 1\n');
    expect(child.output()).toContain('second 2');
    await child.kill();
  });

  it('says what was written when the process ends before the line', async () => {
    const child = shell('echo cannot open the door; exit 3');
    await expect(child.waitForLine(/ready/)).rejects.toThrow(/but it ended[\s\S]*cannot open the door/);
    await expect(child.waitForExit()).resolves.toEqual({ code: 3, signal: null });
  });

  it('says what was written when the line does not come in time', async () => {
    const child = shell('echo still warming up; exec sleep 60');
    await child.waitForLine(/warming/);
    await expect(child.waitForLine(/ready/, 20)).rejects.toThrow(/within 20 ms[\s\S]*still warming up/);
    await child.kill();
  });

  it('takes the last line although no newline ends it', async () => {
    const child = shell('printf "no newline"');
    await child.waitForLine(/no newline/);
    await child.waitForExit();
  });
});

describe('ends', () => {
  it('kills the process and everything under it', async () => {
    const child = shell('sleep 60 & echo $!; wait');
    const grandchild = Number((await child.waitForLine(/^(\d+)$/))[1]);
    await expect(child.kill()).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    await eventually(() => !isRunning(grandchild), { what: 'the grandchild to be gone' });
    expect(isRunning(child.pid)).toBe(false);
  });

  it('kills what a process that has ended already left in its group, though it holds the output open', async () => {
    const child = shell('sleep 60 & echo $!');
    const left = Number((await child.waitForLine(/^(\d+)$/))[1]);
    await eventually(() => !isRunning(child.pid), { what: 'the shell to end' });
    expect(child.exit).toBeUndefined();
    await expect(child.kill()).resolves.toEqual({ code: 0, signal: null });
    await eventually(() => !isRunning(left), { what: 'what it left to be gone' });
  });

  it('lets a process end in its own way on SIGTERM', async () => {
    const child = shell('trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.01; done');
    await child.waitForLine(/up/);
    await expect(child.terminate()).resolves.toEqual({ code: 7, signal: null });
    expect(child.output()).toContain('bye');
  });

  it('kills a process that ignores SIGTERM, and says so', async () => {
    const child = shell('trap "" TERM; echo up; while :; do sleep 0.01; done');
    await child.waitForLine(/up/);
    await expect(child.terminate(100)).rejects.toThrow('did not end on SIGTERM');
    expect(child.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('is counted as open until it has ended', async () => {
    const child = shell('exec sleep 60');
    expect(openResources()).toContain(`script (pid ${child.pid})`);
    await child.kill();
    expect(openResources()).toEqual([]);
  });

  it('says what is missing when the program does not exist', () => {
    expect(() => spawnChild({ name: 'nothing', command: '/no/such/program' })).toThrow(/nothing .*npm run services/);
  });
});

describe('a server', () => {
  it('is handed out when it is ready', async () => {
    const server = await spawnServer(
      { name: 'server', command: '/bin/sh', args: ['-c', 'echo up; exec sleep 60'] },
      (child) => child.waitForLine(/up/),
    );
    expect(isRunning(server.pid)).toBe(true);
    await server.kill();
  });

  it('that does not become ready is not left running', async () => {
    let pid = 0;
    const started = spawnServer({ name: 'server', command: 'sleep', args: ['60'] }, (child) => {
      pid = child.pid;
      return child.waitForLine(/up/, 20);
    });
    await expect(started).rejects.toThrow('none came within 20 ms');
    expect(isRunning(pid)).toBe(false);
  });
});

describe('freezing', () => {
  it('stops the process and its children until thawed', async () => {
    const child = shell('(while :; do echo tick; sleep 0.01; done) & wait');
    await child.waitForLine(/tick/);
    await child.freeze();
    // A `sleep` that ended just now waits as Z for its frozen parent to collect it.
    const states = processTree(child.pid).map((row) => row.state);
    expect(states.length).toBeGreaterThanOrEqual(2);
    expect(states.filter((state) => state !== 'T' && state !== 'Z')).toEqual([]);
    const frozenOutput = child.output().length;
    child.thaw();
    await eventually(() => child.output().length > frozenOutput + 20, { what: 'ticks after the thaw' });
    await child.kill();
  });

  it('can be killed while frozen', async () => {
    const child = shell('exec sleep 60');
    await child.freeze();
    await expect(child.kill()).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('a worker that dies', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'takes its processes with it on %s, frozen ones too',
    async (signal) => {
      const script = `
      const { spawnChild } = await import(${JSON.stringify(fileURLToPath(new URL('../../support/child.ts', import.meta.url)))});
      const ended = spawnChild({ name: 'ended', command: '/bin/true' });
      await ended.waitForExit();
      const pair = spawnChild({ name: 'pair', command: '/bin/sh', args: ['-c', 'sleep 300 & echo $!; wait'] });
      const [line] = await pair.waitForLine(/^[0-9]+$/);
      const frozen = spawnChild({ name: 'frozen', command: 'sleep', args: ['300'] });
      await frozen.freeze();
      console.log('pids', pair.pid, line, frozen.pid);
      setInterval(() => undefined, 1000);`;
      const worker = spawnChild({
        name: 'worker',
        command: process.execPath,
        args: ['--input-type=module', '-e', script],
      });
      const pids = (await worker.waitForLine(/^pids (.*)$/))[1]?.split(' ').map(Number) ?? [];
      expect(pids).toHaveLength(3);
      expect(pids.every(isRunning)).toBe(true);
      worker.signal(signal);
      await worker.waitForExit();
      for (const pid of pids) await eventually(() => !isRunning(pid), { what: `pid ${pid} to be gone` });
    },
  );
});
