// Who asks: the subject of the token that the gateway forwards.

/**
 * Reads the `sub` claim of `Authorization: Bearer …` without verifying it: the gateway has, and only the gateway may
 * ask a subgraph (the shared secret sees to that).
 * @returns null without a readable token
 */
export function subjectOf(authorization: string | undefined): string | null {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization ?? '')?.[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string'
      ? claims.sub
      : null;
  } catch {
    return null;
  }
}
