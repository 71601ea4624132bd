// The bytes of an answer as they were before they were compressed: nobody asked for that, but proxies do it.

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * An encoding that is not known is left as it is: what comes of it is no JSON.
 * @param encoding the header `content-encoding`
 * @returns null when it would be larger than `maxBytes`: it is unpacked no further, which stops a bomb
 * @throws {Error} (by the promise) where the bytes are not what the encoding says
 */
export async function decode(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer | null> {
  const name = encoding.trim().toLowerCase();
  if (!isKnown(name)) return bytes;
  try {
    return await DECODERS[name](bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
}

const isKnown = (name: string): name is keyof typeof DECODERS => Object.hasOwn(DECODERS, name);
