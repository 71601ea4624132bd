// Asks a subgraph over HTTP, as a gateway does.
import { z } from 'zod';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.object({ code: z.string() }).loose().optional(),
      }),
    )
    .optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
});

export type Answer = z.infer<typeof answer> & { readonly status: number; readonly headers: Headers };

const TIMEOUT_MS = 20_000;

export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function ask(url: string, { query, variables, headers }: Question): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { ...answer.parse(await response.json()), status: response.status, headers: response.headers };
}

/** A token that says who asks; its signature is the gateway's business. */
export function bearer(subject: string): string {
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `Bearer ${part({ alg: 'none' })}.${part({ sub: subject })}.`;
}
