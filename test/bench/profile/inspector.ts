// The V8 profiler of a running process, through its inspector.

/** As `.cpuprofile` files have it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** µs, as many as samples. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    /** A URL, a `node:` name, or empty for what is native. */
    readonly url: string;
    readonly lineNumber: number;
  };
}

const SAMPLE_EVERY_US = 200;

/** Profiles a process while `work` runs. @param url of its inspector, `ws://…` */
export async function profileDuring(url: string, work: () => Promise<unknown>): Promise<CpuProfile> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`expected an inspector at ${url}`));
  });
  const waiting = new Map<number, (result: unknown) => void>();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  };
  const call = (method: string, params: object = {}): Promise<unknown> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  try {
    await call('Profiler.enable');
    await call('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await call('Profiler.start');
    await work();
    const { profile } = (await call('Profiler.stop')) as { readonly profile: CpuProfile };
    return profile;
  } finally {
    socket.close();
  }
}
