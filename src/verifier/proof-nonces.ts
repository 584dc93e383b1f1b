/**
 * Nonces for the proofs of clients whose clock is off (RFC 9449 section 9): made from the time alone under a secret, so that
 * nothing has to be remembered. Layout: period 4 B | MAC 16 B.
 */
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.ts';

export interface ProofNonces {
  /** The nonce of this period. `now` in milliseconds. */
  issue(now: number): Promise<string>;
  /** Until when this nonce is taken, in milliseconds; `undefined` where it is not ours, or too old. */
  goodUntil(nonce: string, now: number): Promise<number | undefined>;
}

/** How long one nonce is given out, in milliseconds. It is taken for one period more. */
const period = 120_000;
const bodyLength = 4;
const macLength = 16;

/** Without a `secret` the nonces are this process's own, and another's are none. */
export function createProofNonces(secret: string | undefined): ProofNonces {
  let key: ReturnType<typeof importSecret> | undefined;
  const make = async (index: number) => {
    key ??= importSecret(secret);
    const nonce = new Uint8Array(bodyLength + macLength);
    new DataView(nonce.buffer).setUint32(0, index);
    const mac = await crypto.subtle.sign('HMAC', await key, nonce.slice(0, bodyLength));
    nonce.set(new Uint8Array(mac, 0, macLength), bodyLength);
    return encodeBase64url(nonce);
  };
  return {
    issue: (now) => make(Math.floor(now / period)),
    goodUntil: async (nonce, now) => {
      const bytes = decodeBase64url(nonce);
      if (bytes?.length !== bodyLength + macLength) return undefined;
      const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      // Another server may already be in the next period.
      const isRecent = Math.abs(Math.floor(now / period) - index) <= 1;
      return isRecent && isSame(await make(index), nonce) ? (index + 2) * period : undefined;
    },
  };
}

async function importSecret(secret: string | undefined) {
  const bytes = secret === undefined ? crypto.getRandomValues(new Uint8Array(32)) : new TextEncoder().encode(secret);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** In constant time: both have the same length, and how far a guess is right must not show. */
function isSame(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let index = 0; index < expected.length; index += 1) {
    difference |= expected.charCodeAt(index) ^ given.charCodeAt(index);
  }
  return difference === 0;
}
