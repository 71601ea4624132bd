// The table of errors, and what an error of the gateway carries.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ERRORS, errorTableMarkdown, GatewayError } from '../../../gateway/errors.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('a GatewayError', () => {
  it('carries its code, message and cause, and the status and retry of the table', () => {
    const cause = new Error('below');
    const error = new GatewayError('SHARD_TIMEOUT', 'Expected an answer within 50 ms, got none from a', { cause });
    expect(error).toMatchObject({ code: 'SHARD_TIMEOUT', name: 'GatewayError', httpStatus: 503, retryable: true });
    expect(error.message).toBe('Expected an answer within 50 ms, got none from a');
    expect(error.cause).toBe(cause);
    expect(new GatewayError('CONFIG_INVALID', 'x').retryable).toBe(false);
  });
});

describe('the table of errors', () => {
  it('has a possible HTTP status and one sentence for each code', () => {
    for (const [code, { httpStatus, sentence }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(httpStatus, code).toBeGreaterThanOrEqual(400);
      expect(httpStatus, code).toBeLessThan(600);
      expect(sentence, code).toMatch(/^[A-Z].*\w\.$/);
    }
  });

  it('is printed as Markdown, a row for each code', () => {
    const [head, rule, ...rows] = errorTableMarkdown().trimEnd().split('\n');
    expect([head, rule]).toEqual(['| code | HTTP status | retry helps | meaning |', '|---|---|---|---|']);
    expect(rows).toHaveLength(Object.keys(ERRORS).length);
    expect(rows).toContain('| `BODY_TOO_LARGE` | 413 | no | The request body is larger than limits.bodyBytes. |');
  });

  it('stands in the README as it is', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`\n\n${errorTableMarkdown()}\n`);
  });

  it('has no code that nothing can give', () => {
    const sources = readdirSync(join(ROOT, 'gateway'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'errors.ts')
      .map((name) => readFileSync(join(ROOT, 'gateway', name), 'utf8'))
      .join('\n');
    const unused = Object.keys(ERRORS).filter((code) => !new RegExp(`\\b${code}\\b`).test(sources));
    expect(unused).toEqual([]);
  });
});
