// Says who asks, so that the gateways of tests believe it.
import { SignJWT } from 'jose';
import { TOKEN_SECRET } from './gateway-settings.ts';

/** For the header `authorization`; valid for an hour. */
export async function signedBearer(subject: string): Promise<string> {
  const secret = new TextEncoder().encode(TOKEN_SECRET);
  const token = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(subject).setExpirationTime('1h');
  return `Bearer ${await token.sign(secret)}`;
}
