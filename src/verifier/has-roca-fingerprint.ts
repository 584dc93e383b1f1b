/**
 * Recognises RSA moduli of the flawed generator in Infineon's chips (ROCA, CVE-2017-15361): their primes are powers of
 * 65537 modulo many small primes, so the modulus is too. Nothing else makes keys that all of these agree about.
 */

const smallPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/** Whether `modulus` looks as if that generator had made it. */
export function hasRocaFingerprint(modulus: bigint): boolean {
  return smallPrimes.every((prime) => isPowerOf65537(Number(modulus % BigInt(prime)), prime));
}

function isPowerOf65537(residue: number, prime: number): boolean {
  let power = 1;
  do {
    if (power === residue) return true;
    power = (power * 65537) % prime;
  } while (power !== 1);
  return false;
}
