/**
 * base64url without padding (RFC 4648 section 5, RFC 7515 section 2), in any runtime. Decoding accepts only what
 * encoding gives: other alphabets, padding, white space and left-over bits that are not zero are refused.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Node's own, as far as it is used here; `undefined` elsewhere. */
interface NodeBytes extends Uint8Array<ArrayBuffer> {
  toString(encoding?: 'base64url'): string;
}
interface NodeBufferClass {
  from(text: string, encoding: 'base64url'): NodeBytes;
  from(memory: ArrayBufferLike, start: number, length: number): NodeBytes;
}
const { Buffer: NodeBuffer } = globalThis as { readonly Buffer?: NodeBufferClass };

/** What each ASCII character stands for; -1 where it stands for nothing. */
const sextets: Int8Array = Int8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));

/** The base64url text of `bytes`, without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  if (NodeBuffer === undefined) return encodeAnywhere(bytes);
  return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}

/** The same where there is no `Buffer`. */
export function encodeAnywhere(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3);
    const word = (first << 16) | (second << 8) | third;
    const letters = Math.min(bytes.length - index, 3) + 1;
    for (let letter = 0; letter < letters; letter += 1) text += alphabet[(word >> (18 - 6 * letter)) & 63];
  }
  return text;
}

/**
 * The bytes of `text`, or `undefined` where `text` is not the canonical base64url encoding of any bytes. They may lie in memory
 * that is shared with others: whoever gives them out of this package copies them.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (NodeBuffer === undefined) return decodeAnywhere(text);
  // Forgiving by itself, and four times as fast as we are: what does not become the same text again was not canonical.
  const bytes = NodeBuffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return undefined;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The same where there is no `Buffer`, and for a text of a few characters. */
export function decodeAnywhere(text: string): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  const whole = text.length - rest;
  // Four characters, three bytes at a time, since every token goes through here. What is none of the alphabet makes its
  // word negative.
  let next = 0;
  for (let index = 0; index < whole; index += 4) {
    const word =
      (sextetAt(text, index) << 18) |
      (sextetAt(text, index + 1) << 12) |
      (sextetAt(text, index + 2) << 6) |
      sextetAt(text, index + 3);
    if (word < 0) return undefined;
    bytes[next++] = word >> 16;
    bytes[next++] = word >> 8;
    bytes[next++] = word;
  }
  return rest === 0 ? bytes : decodeRest(text, whole, bytes);
}

/** The last one or two bytes, from the two or three characters after `start`. */
function decodeRest(text: string, start: number, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const isThree = text.length - start === 3;
  const third = isThree ? sextetAt(text, start + 2) : 0;
  const word = (sextetAt(text, start) << 12) | (sextetAt(text, start + 1) << 6) | third;
  const leftOver = word & (isThree ? 0b11 : 0b11_1111_1111);
  if (word < 0 || leftOver !== 0) return undefined;
  bytes[(start / 4) * 3] = word >> 10;
  if (isThree) bytes[(start / 4) * 3 + 1] = word >> 2;
  return bytes;
}

function sextetAt(text: string, index: number): number {
  return sextets[text.charCodeAt(index)] ?? -1;
}
