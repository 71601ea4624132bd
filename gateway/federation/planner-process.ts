// A planner in a process of its own: what it does there holds up nobody here, however long it takes, and can be cut off.
//
// Where Hive's planner meets a plan that it cannot make it may panic, which ends its process. Apollo's takes 3 to 13 ms for an
// operation, for one that is made to be hard as long as it likes.

import { type ChildProcess, fork } from 'node:child_process';
import { systemTimer, type Timer } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Plan, Planner } from './plan.ts';

/** To the process. The first message opens the planner. */
export type PlannerRequest =
  | { readonly kind: 'open'; readonly supergraphSdl: string }
  | { readonly kind: 'plan'; readonly id: number; readonly document: string };

/** From the process. */
export type PlannerReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'planned'; readonly id: number; readonly plan: Plan }
  /** In words that say all. */
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

export interface PlannerProcessOptions {
  /** What runs in it. Default: Hive's planner. @see hostPlanner */
  readonly program?: URL;
  /** Default: at once. */
  readonly starts?: 'at once' | 'when asked';
  readonly timer?: Timer;
}

export interface PlannerProcess extends Planner {
  /** Resolves when the supergraph was taken, where the process starts at once. @throws {GatewayError} SUPERGRAPH_INVALID, with the planner's own words */
  readonly opened: Promise<void>;
  close(): void;
}

interface Waiting {
  readonly document: string;
  resolve(plan: Plan): void;
  reject(error: GatewayError): void;
}

/** The programs that there are. */
export const HIVE = new URL('./hive-process.ts', import.meta.url);
export const APOLLO = new URL('./apollo-process.ts', import.meta.url);

/** From the question to the plan, start and queue included. Planning takes some ms; a planner that takes this long will not end. */
const PLAN_TIMEOUT_MS = 10_000;

/**
 * The process ends with this one. It is started anew when it has ended and a plan is asked for, and when a plan took too long: whoever
 * plans for so long would plan on, and everyone would wait behind it.
 */
export function startPlannerProcess(supergraphSdl: string, options: PlannerProcessOptions = {}): PlannerProcess {
  const { program = HIVE, starts = 'at once', timer = systemTimer } = options;
  const waiting = new Map<number, Waiting>();
  const { promise: opened, resolve: open, reject: refuse } = Promise.withResolvers<void>();
  opened.catch(() => undefined);
  let child: ChildProcess | null = null;
  let nextId = 0;
  let isClosed = false;

  const lost = (reason: string): void => {
    child = null;
    refuse(new GatewayError('SUPERGRAPH_INVALID', `expected the planner to take the supergraph: ${reason}`));
    for (const { reject } of waiting.values()) reject(failed(reason));
    waiting.clear();
  };
  const hear = (reply: PlannerReply): void => {
    if (reply.kind === 'planned') waiting.get(reply.id)?.resolve(reply.plan);
    else if (reply.kind === 'failed') waiting.get(reply.id)?.reject(new GatewayError('PLAN_FAILED', reply.message));
    else if (reply.kind === 'refused') refuse(new GatewayError('SUPERGRAPH_INVALID', reply.reason));
    else open();
    letGo();
  };
  /** An idle planner holds this process up no longer; one that is waited for does. */
  const letGo = (): void => {
    if (waiting.size > 0) return;
    child?.unref();
    child?.channel?.unref();
  };
  const holdOn = (running: ChildProcess): void => {
    running.ref();
    running.channel?.ref();
  };
  const started = (): ChildProcess => {
    if (child !== null) return child;
    const made = fork(program, {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    made.on('message', (reply) => hear(reply as PlannerReply));
    made.once('error', (error) => lost(`its process failed: ${error.message}`));
    made.once('exit', (code, signal) => {
      if (child === made) lost(`its process ended (${signal ?? `code ${code}`})`);
    });
    send(made, { kind: 'open', supergraphSdl });
    child = made;
    return made;
  };
  /** The others are asked for anew, within the time that is left to each. */
  const cutOff = (id: number): void => {
    waiting.get(id)?.reject(failed(`no plan within ${PLAN_TIMEOUT_MS} ms`));
    waiting.delete(id);
    const stuck = child;
    child = null;
    stuck?.kill('SIGKILL');
    if (waiting.size === 0) return;
    const running = started();
    for (const [other, { document }] of waiting) send(running, { kind: 'plan', id: other, document });
  };
  if (starts === 'at once') started();
  return {
    opened,
    plan(document) {
      if (isClosed) return Promise.reject(failed('it was closed'));
      const id = nextId++;
      const { promise, resolve, reject } = Promise.withResolvers<Plan>();
      const cancelTimeout = timer(PLAN_TIMEOUT_MS, () => cutOff(id));
      waiting.set(id, { document, resolve, reject });
      const running = started();
      holdOn(running);
      send(running, { kind: 'plan', id, document });
      return promise.finally(() => {
        cancelTimeout();
        waiting.delete(id);
        letGo();
      });
    },
    close() {
      isClosed = true;
      const running = child;
      lost('it was closed');
      running?.kill('SIGKILL');
    },
  };
}

/** What cannot be sent is seen by the end of the process. */
function send(child: ChildProcess, request: PlannerRequest): void {
  child.send(request, () => undefined);
}

const failed = (reason: string): GatewayError =>
  new GatewayError('PLAN_FAILED', `expected a plan for the operation, the planner said: ${reason}`);
