/**
 * Writes an ECDSA signature as DER (RFC 3279 section 2.2.3), from the two numbers of fixed length that a JWS has (RFC 7518
 * section 3.4). `node:crypto` does the same when told to, at a third of the price of the whole check. Whether the numbers
 * are in range is left to the check.
 */

const integerTag = 0x02;
const sequenceTag = 0x30;

/** `signature` has the two numbers, of the same length, one after the other. */
export function encodeEcdsaSignature(signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = signature.length / 2;
  const [r, s] = [withoutZeros(signature.subarray(0, half)), withoutZeros(signature.subarray(half))];
  const length = integerLength(r) + integerLength(s);
  // Lengths from 128 on take a byte of their own; none of our curves comes to 256.
  const head = length < 128 ? [sequenceTag, length] : [sequenceTag, 0x81, length];
  const der = new Uint8Array(head.length + length);
  der.set(head);
  writeInteger(der, head.length, r);
  writeInteger(der, head.length + integerLength(r), s);
  return der;
}

/** The shortest form: 0 itself keeps one zero. */
function withoutZeros(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start += 1;
  return number.subarray(start);
}

/** Where the top bit is set, a zero goes before it, or the number would be negative. */
function isNegative(number: Uint8Array): boolean {
  return (number[0] ?? 0) >= 0x80;
}

function integerLength(number: Uint8Array): number {
  return 2 + number.length + (isNegative(number) ? 1 : 0);
}

function writeInteger(der: Uint8Array, start: number, number: Uint8Array): void {
  const length = integerLength(number) - 2;
  der[start] = integerTag;
  der[start + 1] = length;
  der.set(number, start + 2 + length - number.length);
}
