// Notices a connection that stands while nothing comes back on it: asks it now and then, and counts how often it was looked at in vain.

export interface WatchedConnection {
  isReady(): boolean;
  /** Resolves when the other side has answered. A rejection is an end of the connection, which it tells by itself. */
  ping(): Promise<unknown>;
  /** The connection stands and is silent. Called once for each. */
  onSilent(): void;
}

/** Also keeps a connection on which nobody asks anything from being taken for dead by what stands between. */
const LOOK_EVERY_MS = 300;
/**
 * Looks without an answer. With the look that sends the ping a silent connection is found out after 1.2 s at most.
 *
 * Looks, not ms: in a process that was busy for longer than any timeout the answer waits in the kernel, and the timers run out before
 * it is read. That is what a socket's own timeout falls for: it tears down a healthy connection under those who have just asked. One
 * pause of the process, however long, is one look; before the next one its sockets are read.
 */
const VAIN_LOOK_COUNT = 3;

/** @returns how to end it */
export function watchSilence(connection: WatchedConnection): () => void {
  let asked: object | null = null;
  let vainCount = 0;
  const ask = (): void => {
    const ping = {};
    asked = ping;
    vainCount = 0;
    const answered = (): void => {
      if (asked === ping) asked = null;
    };
    connection.ping().then(answered, answered);
  };
  const look = (): void => {
    if (!connection.isReady()) {
      asked = null;
      return;
    }
    if (asked === null) {
      ask();
      return;
    }
    vainCount += 1;
    if (vainCount < VAIN_LOOK_COUNT) return;
    asked = null;
    connection.onSilent();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
