// The bytes of an answer as they were before they were compressed: nobody asked for that, but proxies do it.

import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Ends with an error where the bytes are not what the encoding says. Unpacks no more than is read, so that who stops reading stops a bomb.
 * An encoding that is not known is left as it is: what comes of it is no JSON.
 * @param encoding the header `content-encoding`
 */
export function decodedBody(body: Readable, encoding: string | null): Readable {
  const create = encoding === null ? undefined : DECODERS[encoding.trim().toLowerCase()];
  if (create === undefined) return body;
  const decoder = create();
  // An error of either side reaches the reader through the decoder.
  pipeline(body, decoder, () => undefined);
  return decoder;
}
