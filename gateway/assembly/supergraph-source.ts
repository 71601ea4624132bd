// Where the supergraph comes from: read at start, read again when its file has changed.

import type { Config } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { Supergraph } from '../federation/supergraph.ts';
import { readSupergraphFile } from '../federation/supergraph-file.ts';
import type { Logger } from '../telemetry/logs.ts';

/** @throws {GatewayError} naming the file that the supergraph stands in */
export async function loadFirst(
  config: Config,
  prepare: (sdl: string) => Promise<Supergraph>,
): Promise<{ readonly path: string; readonly first: Supergraph }> {
  if (config.supergraph.kind === 'uplink') {
    throw new GatewayError(
      'CONFIG_INVALID',
      'expected supergraph.path: this version reads supergraphs from files, not from Uplink',
    );
  }
  const { path } = config.supergraph;
  return { path, first: await named(path, prepare(await readSupergraphFile(path))) };
}

/** Errors about a supergraph say which file it stands in. */
async function named(path: string, preparing: Promise<Supergraph>): Promise<Supergraph> {
  try {
    return await preparing;
  } catch (error) {
    if (error instanceof GatewayError)
      throw new GatewayError(error.code, `${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A bad one changes nothing: the last good one stays in force. */
export async function reload(path: string, use: (sdl: string) => Promise<void>, log: Logger): Promise<void> {
  try {
    await use(await readSupergraphFile(path));
    log.info({ path }, 'another supergraph is in force');
  } catch (error) {
    log.error({ err: error, path }, 'the supergraph could not be loaded, the one before stays in force');
  }
}
