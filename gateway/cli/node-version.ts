// Is this Node.js new enough? Asked before anything else is loaded.

/** The first version that runs TypeScript as it is, without a flag. */
export const OLDEST_NODE = '22.18.0';

/** @param version such as `22.18.0` @returns what to tell the user, or null when it is new enough */
export function nodeTooOld(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `Expected Node.js ${OLDEST_NODE} or newer, got ${version}. npm ci brings one for Linux and Windows: node_modules/.bin/node gateway/main.ts`;
}
