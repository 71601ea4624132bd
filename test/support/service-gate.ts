// Lets a test file need real servers: absent ones skip its tests by name, or fail them under REQUIRE_SERVICES=1.
import { describe, it } from 'vitest';
import { findService, howToGet, type ServiceName } from './service-paths.ts';
import { SKIP_MARK } from './skip-mark.ts';

/** Registers a suite like vitest's `describe`. */
export type GatedDescribe = (title: string, body: () => void) => void;

/**
 * `describe` for suites that need these servers: `requireService('redis', 'kafka')('a purge …', () => { … })`.
 * With one absent the suite is skipped under a name that says what is missing and how to get it; with REQUIRE_SERVICES=1 it fails with those words.
 */
export function requireService(...names: readonly ServiceName[]): GatedDescribe {
  return gateFor(absentServices(names), process.env.REQUIRE_SERVICES === '1' ? 'fail' : 'skip');
}

/**
 * The gate for a known list of absent services; apart from requireService so that a planted test can hold it.
 * @public
 */
export function gateFor(absent: readonly ServiceName[], whenAbsent: 'skip' | 'fail'): GatedDescribe {
  if (absent.length === 0) return (title, body) => void describe(title, body);
  const missing = absent.map((name) => `${name}: ${howToGet(name)}`).join('; ');
  if (whenAbsent === 'skip') {
    return (title) =>
      void describe.skip(`${title} [${SKIP_MARK} ${missing}]`, () => void it('is skipped', () => undefined));
  }
  return (title) =>
    void describe(title, () => {
      it('has the real servers that it needs', () => {
        throw new Error(`REQUIRE_SERVICES=1, and this machine lacks ${missing}`);
      });
    });
}

/** Those of the services that this machine lacks. */
function absentServices(names: readonly ServiceName[]): ServiceName[] {
  return names.filter((name) => findService(name) === undefined);
}
