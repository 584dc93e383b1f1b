import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSmallOrderPoint } from './ed25519-point.ts';

// The curve of RFC 8032 section 5.1, by the book.
const p = 2n ** 255n - 19n;
const modulo = (value: bigint) => ((value % p) + p) % p;
const power = (base: bigint, exponent: bigint): bigint => {
  if (exponent === 0n) return 1n;
  const half = power(modulo(base * base), exponent / 2n);
  return exponent % 2n === 0n ? half : modulo(half * base);
};
const inverse = (value: bigint) => power(modulo(value), p - 2n);
const d = modulo(-121665n * inverse(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const zero: Point = { x: 0n, y: 1n };

function add(one: Point, other: Point): Point {
  const twist = modulo(d * one.x * other.x * one.y * other.y);
  return {
    x: modulo((one.x * other.y + one.y * other.x) * inverse(1n + twist)),
    y: modulo((one.y * other.y + one.x * other.x) * inverse(1n - twist)),
  };
}

/** The point with this y whose x is even. */
function decompress(y: bigint): Point | undefined {
  const square = modulo((y * y - 1n) * inverse(d * y * y + 1n));
  const root = power(square, (p + 3n) / 8n);
  const x = [root, modulo(root * power(2n, (p - 1n) / 4n))].find((found) => modulo(found * found) === square);
  return x === undefined ? undefined : { x: x % 2n === 0n ? x : modulo(-x), y };
}

function times(point: Point, count: bigint): Point {
  if (count === 0n) return zero;
  const half = times(add(point, point), count / 2n);
  return count % 2n === 0n ? half : add(half, point);
}

/** As the `x` of a JWK. */
function encode(y: bigint, sign = 0): string {
  const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
  bytes[31] = (bytes[31] ?? 0) | (sign << 7);
  return bytes.toString('base64url');
}

/** Every point that the order of the base point takes to zero but for a factor of 8: there are eight. */
function pointsOfSmallOrder(): readonly Point[] {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  for (let y = 2n; ; y += 1n) {
    const point = decompress(y);
    const left = point && times(point, order);
    if (left && times(left, 4n).y !== 1n) return Array.from({ length: 8 }, (_, count) => times(left, BigInt(count)));
  }
}

describe('a point of small order', () => {
  const points = pointsOfSmallOrder();

  it('is one of eight, and each of them is known, with either sign', () => {
    expect(new Set(points.map(({ x, y }) => `${x} ${y}`)).size).toBe(8);
    expect(times(points[1] ?? zero, 8n)).toEqual(zero);
    for (const { y } of points) expect([0, 1].map((sign) => isSmallOrderPoint(encode(y, sign)))).toEqual([true, true]);
  });

  it('is known where its y is written past the end of the field', () => {
    for (const y of [p, p + 1n]) expect(isSmallOrderPoint(encode(y))).toBe(true);
  });

  it('is none that a key comes to', () => {
    for (let round = 0; round < 20; round += 1) {
      const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
      expect(isSmallOrderPoint(x ?? '')).toBe(false);
    }
    expect(isSmallOrderPoint(encode(modulo(4n * inverse(5n))))).toBe(false);
  });
});
