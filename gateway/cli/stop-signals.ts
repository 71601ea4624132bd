// Waits for the signal to stop; a second one ends the process at once.

export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/** What a shell reports for a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Resolves with the first SIGINT or SIGTERM. @param source the process */
export function stopSignal(source: SignalSource): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      let seen = 0;
      source.on(name, () => {
        seen += 1;
        if (seen === 1) resolve(name);
        else source.exit(EXIT_CODES[name]);
      });
    }
  });
}
