// Vitest setup file: fails a test file that leaves a server or process running, and names it.
import { afterAll } from 'vitest';
import { openResources } from './open-resources.ts';

afterAll(() => {
  const left = openResources();
  if (left.length > 0)
    throw new Error(`This test file left running: ${left.join(', ')}. Whoever starts a server stops it.`);
});
