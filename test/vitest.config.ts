// Vitest's settings for all tests of the project: `vitest run --config test/vitest.config.ts`.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { skipReporter } from './support/skip-reporter.ts';

const resolve = createRequire(import.meta.url).resolve;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: {
    // Vite would take graphql's `module` entry while Apollo's CommonJS takes `main`: two copies, "another realm".
    alias: [{ find: /^graphql$/, replacement: resolve('graphql/index.js') }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/leak-check.ts'],
    pool: 'forks',
    // Two cores, and most files start servers of their own.
    maxWorkers: 2,
    // A failure is looked into, never tried again.
    retry: 0,
    testTimeout: 60_000,
    hookTimeout: 180_000,
    teardownTimeout: 20_000,
    slowTestThreshold: 5_000,
    reporters: ['default', skipReporter(process.env.REQUIRE_SERVICES === '1' ? 'fail' : 'list')],
    // Set before @apollo/gateway is loaded anywhere: it reports to Apollo and probes cloud metadata addresses otherwise.
    env: { APOLLO_TELEMETRY_DISABLED: 'true' },
  },
});
