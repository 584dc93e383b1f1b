/**
 * Nonces for DPoP proofs (RFC 9449 section 8): made from the time alone under a root secret, so that every server accepts
 * those of every other and none has to remember any. Layout: root-key id 1 B | period 4 B | MAC 16 B.
 */
import { timingSafeEqual } from 'node:crypto';
import { decodeBase64url } from '../../protocol/base64url.ts';
import { macOf } from '../keys/mac.ts';
import type { RootKey, RootKeys } from '../keys/root-secrets.ts';

export interface DpopNonces {
  /** The nonce of this period. `now` is the store's clock in milliseconds. */
  issue(now: number): string;
  /** Until when this nonce is taken, in milliseconds; `undefined` where it is not ours, or too old. */
  goodUntil(nonce: string, now: number): number | undefined;
}

/** How long one nonce is given out, in milliseconds. It is taken for one period more. */
export const noncePeriod = 120_000;

const bodyLength = 5;
const macLength = 16;

export function createDpopNonces(rootKeys: RootKeys): DpopNonces {
  return {
    issue: (now) => makeNonce(rootKeys.newest, Math.floor(now / noncePeriod)).toString('base64url'),
    goodUntil: (nonce, now) => {
      const bytes = decodeBase64url(nonce);
      if (bytes?.length !== bodyLength + macLength) return undefined;
      const key = rootKeys.find(bytes[0] ?? -1);
      const period = Buffer.from(bytes).readUInt32BE(1);
      if (key === undefined || !timingSafeEqual(makeNonce(key, period), bytes)) return undefined;
      // Another server may already be in the next period.
      const isRecent = Math.abs(Math.floor(now / noncePeriod) - period) <= 1;
      return isRecent ? (period + 2) * noncePeriod : undefined;
    },
  };
}

function makeNonce(key: RootKey, period: number): Buffer {
  const body = Buffer.alloc(bodyLength);
  body.writeUInt8(key.id);
  body.writeUInt32BE(period, 1);
  return Buffer.concat([body, macOf(key.derive('dpop-nonce'), body).subarray(0, macLength)]);
}
