// Flags and environment variables as settings laid over the file: flag beats environment beats file.

import type { SettingPath } from './config-text.ts';
import { isRecord } from './record.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `freshet start` takes on its command line. */
export interface ConfigFlags {
  readonly supergraph?: string | undefined;
  readonly port?: string | undefined;
  readonly managementPort?: string | undefined;
  readonly logLevel?: string | undefined;
}

export interface OverlaySetting {
  readonly path: SettingPath;
  readonly value: unknown;
  /** As shown to people. */
  readonly place: string;
}

/** The settings that flags and environment name; the later one of two for one path wins. Empty variables are absent. */
export function overlayOf(flags: ConfigFlags, env: Environment): readonly OverlaySetting[] {
  const fromEnv = [
    setting(['listen', 'port'], numeric(env.PORT), 'environment PORT'),
    setting(['listen', 'managementPort'], numeric(env.MANAGEMENT_PORT), 'environment MANAGEMENT_PORT'),
    setting(['listen', 'managementHost'], env.MANAGEMENT_HOST, 'environment MANAGEMENT_HOST'),
    setting(['cache', 'shards'], commaSeparated(env.SHARD_URLS), 'environment SHARD_URLS'),
    setting(['purge', 'kafka', 'brokers'], commaSeparated(env.KAFKA_BROKERS), 'environment KAFKA_BROKERS'),
    setting(['purge', 'invalidationKey'], env.INVALIDATION_KEY, 'environment INVALIDATION_KEY'),
    setting(['origin', 'secret'], env.SUBGRAPH_SECRET, 'environment SUBGRAPH_SECRET'),
    setting(['log', 'level'], env.LOG_LEVEL, 'environment LOG_LEVEL'),
  ];
  const fromFlags = [
    setting(['supergraph'], flags.supergraph && { path: flags.supergraph }, '--supergraph'),
    setting(['listen', 'port'], numeric(flags.port), '--port'),
    setting(['listen', 'managementPort'], numeric(flags.managementPort), '--management-port'),
    setting(['log', 'level'], flags.logLevel, '--log-level'),
  ];
  return [...fromEnv, ...fromFlags].filter((one) => one.value !== undefined && one.value !== '');
}

/** The file's values with the settings put in. The file's own are not changed. Where a section is no mapping it stays, to be refused. */
export function withOverlay(value: unknown, settings: readonly OverlaySetting[]): unknown {
  return settings.reduce<unknown>((whole, { path, value: put }) => putAt(whole, path, put), value);
}

function putAt(whole: unknown, path: SettingPath, put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  if (!isRecord(whole) && whole !== undefined) return whole;
  return { ...whole, [step]: putAt(whole?.[step], rest, put) };
}

function setting(path: SettingPath, value: unknown, place: string): OverlaySetting {
  return { path, value, place };
}

/** Digits as a number; anything else stays text, to be refused with what came. */
function numeric(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function commaSeparated(text: string | undefined): readonly string[] | undefined {
  const parts = (text ?? '').split(',').map((part) => part.trim());
  const named = parts.filter((part) => part !== '');
  return named.length === 0 ? undefined : named;
}
