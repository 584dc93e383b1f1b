/**
 * base64url without padding (RFC 4648 section 5, RFC 7515 section 2), in any runtime. Decoding accepts only what
 * encoding gives: other alphabets, padding, white space and left-over bits that are not zero are refused.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const sextets: Int8Array = Int8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));

/** The base64url text of `bytes`, without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3);
    const word = (first << 16) | (second << 8) | third;
    const letters = Math.min(bytes.length - index, 3) + 1;
    for (let letter = 0; letter < letters; letter += 1) text += alphabet[(word >> (18 - 6 * letter)) & 63];
  }
  return text;
}

/** The bytes of `text`, or `undefined` where `text` is not the canonical base64url encoding of any bytes. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const sextet = sextets[text.charCodeAt(index)] ?? -1;
    if (sextet < 0) return undefined;
    word = ((word << 6) | sextet) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (word >> bits) & 255;
    }
  }
  const leftOver = word & ((1 << bits) - 1);
  return leftOver === 0 ? bytes : undefined;
}
