// Who asks: bearer tokens verified by shared secret, by a JWKS file and by a JWKS URL.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Subject } from '../../../gateway/execution/executor.ts';
import { createSubjects } from '../../../gateway/http/subject.ts';
import { type Door, openDoor, post, type RawAnswer } from './door.ts';

const SECRET = 'a secret of more than sixty-four characters, so that it would also do for HS512';
const QUERY = '{ item(id: 1) { id } }';
let door: Door;
let nowAt = Date.now();

beforeAll(async () => {
  door = await openDoor({
    yaml: `auth: { jwt: { secret: "${SECRET}", issuer: me, audience: api } }`,
    nowAt: () => nowAt,
  });
});

afterAll(() => door.close());

function token(claims: JWTPayload, secret = SECRET, algorithm = 'HS256'): Promise<string> {
  return new SignJWT({ iss: 'me', aud: 'api', ...claims })
    .setProtectedHeader({ alg: algorithm })
    .sign(new TextEncoder().encode(secret));
}

async function askAs(
  authorization: string | null,
): Promise<RawAnswer & { readonly subject: Subject | null | undefined }> {
  const before = door.graph.scopes.length;
  const answer = await post(door.server.origin, { query: QUERY }, authorization === null ? {} : { authorization });
  return { ...answer, subject: door.graph.scopes[before]?.subject };
}

const inSeconds = (ms: number): number => Math.floor(ms / 1000);

describe('a request', () => {
  it('with a valid token runs as its subject, on both roads', async () => {
    const valid = `Bearer ${await token({ sub: 'user-1', exp: inSeconds(nowAt) + 60 })}`;
    expect(await askAs(valid)).toMatchObject({ status: 200, subject: { issuer: 'me', name: 'user-1' } });
    expect(await askAs(valid)).toMatchObject({ status: 200, subject: { issuer: 'me', name: 'user-1' } });
    expect(await askAs(`bearer  ${await token({ sub: 'user-2' })}`)).toMatchObject({
      status: 200,
      subject: { issuer: 'me', name: 'user-2' },
    });
  });

  it('without a token runs as nobody', async () => {
    expect(await askAs(null)).toMatchObject({ status: 200, subject: null });
  });

  it('with a token that ends is refused from then on, though it was seen before', async () => {
    const exp = inSeconds(nowAt) + 30;
    const short = `Bearer ${await token({ sub: 'user-3', exp })}`;
    expect(await askAs(short)).toMatchObject({ status: 200, subject: { issuer: 'me', name: 'user-3' } });
    nowAt += 40_000;
    const late = await askAs(short);
    nowAt -= 40_000;
    expect(late.status).toBe(401);
    expect(late.text).toContain(String.raw`\"exp\" claim timestamp check failed`);
  });

  it.each<[string, () => Promise<string>]>([
    ['another secret', async () => `Bearer ${await token({ sub: 'x' }, 'b'.repeat(32))}`],
    ['an algorithm that is not accepted', async () => `Bearer ${await token({ sub: 'x' }, SECRET, 'HS512')}`],
    [
      'no signature at all',
      async () => `Bearer ${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{"sub":"x"}').replaceAll('=', '')}.`,
    ],
    ['another issuer', async () => `Bearer ${await token({ sub: 'x', iss: 'you' })}`],
    ['another audience', async () => `Bearer ${await token({ sub: 'x', aud: 'web' })}`],
    ['no subject', async () => `Bearer ${await token({})}`],
    ['an empty subject', async () => `Bearer ${await token({ sub: '' })}`],
    ['a time that has not come', async () => `Bearer ${await token({ sub: 'x', nbf: inSeconds(nowAt) + 60 })}`],
    ['something that is no token', async () => 'Bearer abc'],
    ['another scheme', async () => 'Basic dTpw'],
    ['no value', async () => ''],
  ])('with %s is refused and never runs', async (_what, make) => {
    const answer = await askAs(await make());
    expect(answer.subject).toBeUndefined();
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.text)).toMatchObject({
      errors: [
        {
          message: expect.stringContaining('Expected a valid bearer token, got: '),
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('is nobody where no tokens are configured, whatever it claims', async () => {
    const open = await openDoor();
    const { status } = await post(open.server.origin, { query: QUERY }, { authorization: 'Bearer abc' });
    expect(status).toBe(200);
    expect(open.graph.scopes[0]?.subject).toBeNull();
    await open.close();
  });
});

describe('one name given by two issuers', () => {
  const rules = { algorithms: ['HS256'], issuer: null, audience: null };
  const keys = { kind: 'secret', secret: SECRET } as const;

  it('is two subjects, and one without an issuer a third', async () => {
    const subjects = await createSubjects({ ...rules, keys }, Date.now);
    for (const issuer of ['https://a.example', 'https://b.example', null]) {
      const authorization = `Bearer ${await token({ sub: 'alice', iss: issuer ?? undefined })}`;
      expect(await subjects.identify({ authorization })).toEqual({ subject: { issuer, name: 'alice' } });
    }
  });

  it('is refused where the issuer is no text: it cannot be told from another', async () => {
    const subjects = await createSubjects({ ...rules, keys }, Date.now);
    const authorization = `Bearer ${await token({ sub: 'alice', iss: 7 as unknown as string })}`;
    expect(await subjects.identify({ authorization })).toMatchObject({ refused: { code: 'UNAUTHENTICATED' } });
  });
});

describe('public keys', () => {
  const rules = { algorithms: ['ES256'], issuer: null, audience: null };

  async function keyPair() {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] });
    const bearer = async (sub: string, kid = 'k'): Promise<string> =>
      `Bearer ${await new SignJWT({ sub }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)}`;
    return { jwks, bearer };
  }

  it('are read from a file', async () => {
    const { jwks, bearer } = await keyPair();
    const folder = await mkdtemp(join(tmpdir(), 'freshet-jwks-'));
    const path = join(folder, 'keys.json');
    await writeFile(path, jwks);
    const subjects = await createSubjects({ ...rules, keys: { kind: 'jwks-file', path } }, Date.now);
    expect(await subjects.identify({ authorization: await bearer('me') })).toEqual({
      subject: { issuer: null, name: 'me' },
    });
    expect(await subjects.identify({ authorization: await bearer('me', 'other') })).toMatchObject({
      refused: { code: 'UNAUTHENTICATED' },
    });
    await rm(folder, { recursive: true });
  });

  it('that cannot be read from their file stop the start', async () => {
    const starting = createSubjects({ ...rules, keys: { kind: 'jwks-file', path: '/nowhere/keys.json' } }, Date.now);
    await expect(starting).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('/nowhere/keys.json'),
    });
  });

  it('are fetched from a URL, and their absence is not the token’s fault', async () => {
    const { jwks, bearer } = await keyPair();
    let status = 503;
    const keys = createServer((_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(jwks),
    );
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    const address = keys.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const subjects = await createSubjects(
      { ...rules, keys: { kind: 'jwks-url', url: `http://127.0.0.1:${port}/` } },
      Date.now,
    );
    const authorization = await bearer('me');
    expect(await subjects.identify({ authorization })).toMatchObject({ refused: { code: 'TOKEN_KEYS_UNREACHABLE' } });
    status = 200;
    expect(await subjects.identify({ authorization })).toEqual({ subject: { issuer: null, name: 'me' } });
    keys.closeAllConnections();
    await new Promise((resolve) => keys.close(resolve));
    expect(subjects.identify({ authorization })).toEqual({ subject: { issuer: null, name: 'me' } });
  });
});
