// Rules between settings: each is fine by itself, together they cannot be.

import type { SettingPath } from './config-text.ts';
import type { Environment } from './overlay.ts';
import type { ConfigProblem } from './problems.ts';
import type { FileConfig } from './schema.ts';
import { EVERY } from './vocabulary.ts';

interface Rule {
  /** The settings that it compares, `*` for any name. */
  readonly reads: readonly string[];
  readonly problems: (file: FileConfig, env: Environment) => readonly ConfigProblem[];
}

/** In the order of the file's shape. */
const RULES: readonly Rule[] = [
  { reads: ['supergraph'], problems: supergraphProblems },
  { reads: ['listen.port', 'listen.managementPort'], problems: listenProblems },
  {
    reads: [
      ...['cache.default.policy', 'cache.subgraphs.*.policy', 'cache.subgraphs.*.sources'],
      ...['cache.subgraphs.*.types.*.policy', 'cache.subgraphs.*.fields.*.policy'],
      ...['purge.kafka', 'purge.inProcess'],
    ],
    problems: boundedProblems,
  },
  { reads: ['cache.subgraphs.*.fields'], problems: fieldProblems },
  { reads: ['headers'], problems: headerProblems },
  { reads: ['auth.jwt'], problems: jwtProblems },
  { reads: ['cors'], problems: corsProblems },
];

/**
 * All that do not fit together.
 * @param left settings that are wrong by themselves and were left out of `file`: rules that read them say nothing
 */
export function crossFieldProblems(
  file: FileConfig,
  env: Environment,
  left: readonly SettingPath[],
): readonly ConfigProblem[] {
  const isWhole = ({ reads }: Rule): boolean => !reads.some((read) => left.some((path) => overlaps(read, path)));
  return RULES.filter(isWhole).flatMap(({ problems }) => problems(file, env));
}

/** Is one of them the other, or within it? */
const overlaps = (read: string, path: SettingPath): boolean =>
  read
    .split('.')
    .slice(0, path.length)
    .every((step, depth) => step === '*' || step === String(path[depth]));

/** A field of an entity is kept with it: only whether it is precise can differ. */
function fieldProblems({ cache }: FileConfig): readonly ConfigProblem[] {
  return Object.entries(cache.subgraphs).flatMap(([name, subgraph]) =>
    Object.entries(subgraph.fields).flatMap(([field, declared]): readonly ConfigProblem[] => {
      if (field.startsWith('Query.')) return [];
      return (['policy', 'ttl', 'negativeTtl'] as const)
        .filter((setting) => declared[setting] !== undefined)
        .map((setting) => ({
          path: ['cache', 'subgraphs', name, 'fields', field, setting],
          message: `expected ${setting} for fields of Query or for types alone, got it for ${field}`,
        }));
    }),
  );
}

/** The type, field and policy settings that apply `bounded` by name. @see policyFor for the default */
function boundedProblems({ cache, purge }: FileConfig): readonly ConfigProblem[] {
  const hasLog = purge.kafka !== undefined || purge.inProcess;
  const problems: ConfigProblem[] = [];
  const check = (
    path: readonly string[],
    lifetime: { readonly policy?: string | undefined },
    sources?: readonly string[],
  ): void => {
    if (lifetime.policy !== 'bounded') return;
    const at = [...path, 'policy'];
    if (!hasLog)
      problems.push({ path: at, message: 'expected a purge log for policy bounded (purge.kafka), got none' });
    else if (sources?.length === 0)
      problems.push({ path: at, message: 'expected at least one of sources for policy bounded, got an empty list' });
  };
  check(['cache', 'default'], cache.default);
  for (const [name, subgraph] of Object.entries(cache.subgraphs)) {
    const at = ['cache', 'subgraphs', name];
    // What it inherits counts as its own where it says that it emits no events.
    const inherited = subgraph.sources?.length === 0 ? cache.default.policy : undefined;
    check(at, { policy: subgraph.policy ?? inherited }, subgraph.sources);
    for (const [type, declared] of Object.entries(subgraph.types))
      check([...at, 'types', type], declared, subgraph.sources);
    for (const [field, declared] of Object.entries(subgraph.fields))
      check([...at, 'fields', field], declared, subgraph.sources);
  }
  return problems;
}

function supergraphProblems({ supergraph }: FileConfig, env: Environment): readonly ConfigProblem[] {
  const { path, uplink } = supergraph;
  if (path !== undefined && uplink) {
    return [{ path: ['supergraph'], message: 'expected one of path and uplink, got both' }];
  }
  if (path === undefined && !uplink) {
    return [
      {
        path: ['supergraph'],
        message: 'expected a supergraph: --supergraph FILE, supergraph.path or supergraph.uplink, got none',
      },
    ];
  }
  if (!uplink) return [];
  return ['APOLLO_KEY', 'APOLLO_GRAPH_REF']
    .filter((name) => (env[name] ?? '') === '')
    .map((name) => ({ path: ['supergraph', 'uplink'], message: `expected ${name} in the environment, got nothing` }));
}

function listenProblems({ listen }: FileConfig): readonly ConfigProblem[] {
  if (listen.port === 0 || listen.port !== listen.managementPort) return [];
  return [
    {
      path: ['listen', 'managementPort'],
      message: `expected another port than listen.port, got ${listen.port} for both`,
    },
  ];
}

function headerProblems({ headers }: FileConfig): readonly ConfigProblem[] {
  const seen = new Set<string>();
  return Object.keys(headers).flatMap((name): readonly ConfigProblem[] => {
    const lower = name.toLowerCase();
    if (seen.has(lower)) return [{ path: ['headers', name], message: `expected each header once, got ${lower} again` }];
    seen.add(lower);
    return [];
  });
}

function jwtProblems({ auth }: FileConfig): readonly ConfigProblem[] {
  const { jwt } = auth;
  if (jwt === undefined) return [];
  const ways = [jwt.secret, jwt.jwks?.path, jwt.jwks?.url].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    const message = `expected exactly one of secret, jwks.path and jwks.url, got ${ways === 0 ? 'none' : ways}`;
    return [{ path: ['auth', 'jwt'], message }];
  }
  const shared = jwt.secret !== undefined;
  const unfit = (jwt.algorithms ?? []).filter((algorithm) => algorithm.startsWith('HS') !== shared);
  if (unfit.length === 0) return [];
  const fit = shared ? 'HS256, HS384 or HS512 with a secret' : 'no HS algorithm with a JWKS';
  return [{ path: ['auth', 'jwt', 'algorithms'], message: `expected ${fit}, got ${unfit.join(', ')}` }];
}

function corsProblems({ cors }: FileConfig): readonly ConfigProblem[] {
  if (!cors.credentials || !cors.origins?.includes(EVERY)) return [];
  return [{ path: ['cors', 'credentials'], message: 'expected named origins where credentials are allowed, got "*"' }];
}
