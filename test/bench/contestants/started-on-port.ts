// Servers that do not say when they are ready: asked until they answer.

import type { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import type { RunningServer } from './contestant.ts';

const START_TIMEOUT_MS = 60_000;

/** Resolves when the server answers GraphQL. Leaves none running when it does not. */
export async function startedOnPort(child: Child, url: string): Promise<RunningServer> {
  try {
    await eventually(
      async () => {
        if (child.exit !== undefined) throw new Error(`${child.name} ended: ${child.output().slice(-1_000)}`);
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"query":"{ __typename }"}',
        });
        return response.ok && (await response.text()).includes('"Query"');
      },
      { timeoutMs: START_TIMEOUT_MS, everyMs: 100, what: `${child.name} to answer at ${url}` },
    );
    return { url, pid: child.pid, metricsUrl: null, feed: null, inspectorUrl: null, stop: () => child.terminate() };
  } catch (error) {
    await child.kill();
    throw error;
  }
}
