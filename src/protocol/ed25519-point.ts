/**
 * Ed25519 public keys under which signatures prove nothing (RFC 8032 section 5.1): the points of small order, for which anybody
 * can make a signature that fits message after message. Some cryptography refuses them and some does not, so they never get
 * that far. Whether another text is a point of the curve at all is left to the import of the key.
 */
import { decodeBase64url } from './base64url.ts';

/** Their y in hexadecimal, little-endian and without the sign of x; 0 and 1 also as `p` and `p + 1`, which some readers reduce. */
const smallOrders: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Whether `x`, the member of a JWK (RFC 8037), is a point of small order. */
export function isSmallOrderPoint(x: string): boolean {
  const y = Uint8Array.from(decodeBase64url(x) ?? []);
  y[31] = (y[31] ?? 0) & 0x7f;
  return smallOrders.has(Array.from(y, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
