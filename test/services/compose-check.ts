// Checks a compose file: first by Compose's own parser, then for what that parser lets pass and `docker compose up` does not.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { composeParserDir, findService, howToGet } from '../support/service-paths.ts';
import { runCommand } from './run-command.ts';

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile: z.string().optional() }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.unknown().optional(),
  volumes: z.array(z.object({ type: z.string(), source: z.string().optional(), target: z.string() })).default([]),
  ports: z.array(z.object({ published: z.string().optional(), host_ip: z.string().optional() })).default([]),
});
const modelSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()).default({}),
});
type Service = z.infer<typeof serviceSchema>;
type Model = z.infer<typeof modelSchema>;

const PARSER_TIMEOUT_MS = 60_000;
const REQUIRED =
  /^(?:failed to load project: )?error while interpolating \S+: required variable (\w+) is missing a value/;

/** What was found out about a compose file. */
export interface ComposeCheck {
  /** One sentence for each fault; empty when there is none. */
  readonly faults: readonly string[];
  /** Variables without which `docker compose up` refuses to start. */
  readonly required: readonly string[];
}

/**
 * Parses the file as Docker Compose does.
 * @throws {Error} when the parser is not installed.
 */
export async function checkComposeFile(file: string): Promise<ComposeCheck> {
  if (findService('compose') === undefined) {
    throw new Error(`Expected Compose's parser here. Get it: ${howToGet('compose')}`);
  }
  const folder = dirname(file);
  // The first run says which variables the file demands. The program does not look them up in its environment (its LoadModel
  // forgets that, in every version up to this one), so for the second run they are written into a copy.
  const asItIs = await parse(file, folder);
  const required = asItIs.kind === 'refused' ? requiredVariables(asItIs.words) : [];
  if (asItIs.kind === 'refused' && required === undefined) return { faults: [asItIs.words], required: [] };
  const copy = await mkdtemp(join(tmpdir(), 'freshet-compose-'));
  try {
    const filled = join(copy, 'docker-compose.yml');
    await writeFile(filled, fillIn(await readFile(file, 'utf8'), required ?? []));
    const parsed = await parse(filled, folder);
    if (parsed.kind === 'refused') return { faults: [parsed.words], required: required ?? [] };
    const model = modelSchema.parse(JSON.parse(parsed.resolved));
    const faults = Object.entries(model.services).flatMap(([name, service]) => faultsOf(name, service, model));
    return { faults, required: required ?? [] };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

type Parsed =
  | { readonly kind: 'accepted'; readonly resolved: string }
  | { readonly kind: 'refused'; readonly words: string };

async function parse(file: string, folder: string): Promise<Parsed> {
  const program = join(composeParserDir(), 'cmd');
  try {
    const resolved = await runCommand(program, ['-format', 'json', file], {
      cwd: folder,
      timeoutMs: PARSER_TIMEOUT_MS,
    });
    return { kind: 'accepted', resolved };
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    return { kind: 'refused', words: words.replace(/^.*It wrote:\n/s, '') };
  }
}

/** Undefined when the parser complains of anything besides variables that are not given. */
function requiredVariables(words: string): string[] | undefined {
  const lines = words.split('\n').map((line) => REQUIRED.exec(line)?.[1]);
  return lines.every((name) => name !== undefined) ? [...new Set(lines)].sort() : undefined;
}

function fillIn(text: string, names: readonly string[]): string {
  return names.reduce((filled, name) => filled.replaceAll(new RegExp(`\\$\\{${name}:\\?[^}]*\\}`, 'g'), 'given'), text);
}

function faultsOf(name: string, service: Service, model: Model): string[] {
  const faults: string[] = [];
  if (service.image === undefined && service.build === undefined) faults.push('has neither image nor build');
  if (service.build !== undefined) {
    const dockerfile = join(service.build.context, service.build.dockerfile ?? 'Dockerfile');
    if (!existsSync(dockerfile)) faults.push(`is built from ${dockerfile}, which does not exist`);
  }
  for (const [other, { condition }] of Object.entries(service.depends_on)) {
    const target = model.services[other];
    if (target === undefined) faults.push(`depends on ${other}, which is no service here`);
    else if (condition === 'service_healthy' && target.healthcheck === undefined) {
      faults.push(`waits for ${other} to be healthy, and ${other} has no healthcheck`);
    }
  }
  for (const volume of service.volumes) {
    const { source } = volume;
    if (source === undefined) continue;
    if (volume.type === 'bind' && !existsSync(source)) faults.push(`mounts ${source}, which does not exist`);
    if (volume.type === 'volume' && !(source in model.volumes))
      faults.push(`uses volume ${source}, which is not declared`);
  }
  return faults.map((fault) => `service ${name} ${fault}`);
}
