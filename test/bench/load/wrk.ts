// wrk as the load: one thread, its requests from a file by a script in Lua.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnChild } from '../../support/child.ts';
import { firstNonce, firstPlace, type Load, type LoadOptions, NONCE } from './load.ts';

const SCRIPT = fileURLToPath(new URL('./requests.lua', import.meta.url));
/** A slow server is slow, it does not fail. */
const ANSWER_TIMEOUT_SECONDS = 60;
const GRACE_MS = 90_000;

export async function loadByWrk(program: string, options: LoadOptions): Promise<Load> {
  const { url, bodies, seconds, connections, rate } = options;
  const folder = mkdtempSync(join(tmpdir(), 'freshet-load-'));
  try {
    const file = join(folder, 'bodies');
    writeFileSync(file, bodies.join('\n'));
    const wholeSeconds = Math.max(1, Math.round(seconds));
    const child = spawnChild({
      name: 'wrk',
      command: program,
      args: [
        '-t1',
        `-c${connections}`,
        `-d${wholeSeconds}s`,
        `--timeout`,
        `${ANSWER_TIMEOUT_SECONDS}s`,
        '-s',
        SCRIPT,
        url,
      ],
      env: {
        ...process.env,
        BENCH_BODIES: file,
        ...(bodies.length > 1 || bodies.some((body) => body.includes(NONCE)) ? { BENCH_VARIED: '1' } : {}),
        BENCH_NONCE: NONCE,
        BENCH_FIRST_PLACE: String(firstPlace(bodies)),
        BENCH_FIRST_NONCE: String(firstNonce()),
        ...(rate === null ? {} : { BENCH_THINK_MS: String((connections / rate) * 1_000) }),
      },
    });
    const { code } = await child.waitForExit(wholeSeconds * 1_000 + GRACE_MS);
    if (code !== 0) throw new Error(`expected wrk to end well, got exit code ${code}: ${child.output().slice(-500)}`);
    return readWrk(child.stdout());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param output of wrk with our script, whose last line is JSON with microseconds */
export function readWrk(output: string): Load {
  const line = output.split('\n').findLast((one) => one.startsWith('BENCH '));
  if (line === undefined) throw new Error(`expected wrk to tell its figures, got ${output.slice(-500)}`);
  const told = JSON.parse(line.slice('BENCH '.length)) as Record<string, number>;
  const { requests = 0, durationUs = 0, bytes = 0, failures = 0, p50Us = 0, p99Us = 0, p999Us = 0 } = told;
  const seconds = durationUs / 1e6;
  return {
    requestCount: requests,
    seconds,
    requestsPerSecond: requests / seconds,
    p50Ms: p50Us / 1_000,
    p99Ms: p99Us / 1_000,
    p999Ms: p999Us / 1_000,
    bytesEach: bytes / Math.max(1, requests),
    failureCount: failures,
  };
}
