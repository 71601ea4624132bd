// Builds the parser that Docker Compose itself uses, and runs it on a compose file: there is no Docker engine where our tests run.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { COMPOSE_PARSER_VERSION, composeParserDir, findProgram } from '../support/service-paths.ts';
import { runCommand } from './run-command.ts';

const GO_TIMEOUT_MS = 600_000;

/** `go install` into the cache (18 s). @throws {Error} when Go is missing, or with Go's words. */
export async function installComposeParser(): Promise<void> {
  if (existsSync(`${composeParserDir()}/cmd`)) return;
  if (findProgram('go') === undefined) throw new Error('Go is missing. Run: apt-get install golang-go (1.24 or newer)');
  await mkdir(composeParserDir(), { recursive: true });
  await runCommand('go', ['install', `github.com/compose-spec/compose-go/v2/cmd@${COMPOSE_PARSER_VERSION}`], {
    env: { ...process.env, GOBIN: composeParserDir() },
    timeoutMs: GO_TIMEOUT_MS,
  });
}
