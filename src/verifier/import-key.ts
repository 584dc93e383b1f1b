/**
 * Makes a signature check out of a public key: at once on `node:crypto`, else on Web Crypto.
 */
import { type AlgorithmName, algorithms } from './algorithms.ts';
import type { VerificationJwk } from './check-jwk.ts';
import { encodeEcdsaSignature } from './encode-ecdsa-signature.ts';
import type { NodeCrypto } from './node-crypto.ts';

/** What a signature covers, as ASCII text, and the signature. */
export type SignatureCheck<Answer> = (input: string, signature: Uint8Array<ArrayBuffer>) => Answer;

/** A key, with the one algorithm that it is used with. */
export type ImportedKey = {
  readonly alg: AlgorithmName;
} & (
  | { readonly isSynchronous: true; readonly check: SignatureCheck<boolean> }
  | { readonly isSynchronous: false; readonly check: SignatureCheck<Promise<boolean>> }
);

/** Rejects where `jwk` is no key at all, such as a point that is not on its curve. */
export async function importKey(jwk: VerificationJwk, nodeCrypto: NodeCrypto | undefined): Promise<ImportedKey> {
  const { alg } = jwk;
  if (nodeCrypto) return { alg, isSynchronous: true, check: importOnNode(jwk, nodeCrypto) };
  return { alg, isSynchronous: false, check: await importOnWeb(jwk) };
}

// Both check the length first: some libraries have taken a signature of another length for another encoding (CVE-2022-21449
// and its kin), so nothing but the one form reaches them.

function importOnNode(jwk: VerificationJwk, crypto: NodeCrypto): SignatureCheck<boolean> {
  const { kty, node } = algorithms[jwk.alg];
  const { hash, options } = node;
  const publicKey = crypto.createPublicKey({ key: jwk.members, format: 'jwk' });
  // A key in an object with options takes Node a quarter longer to find.
  const key = options === undefined ? publicKey : { ...options, key: publicKey };
  const encode = kty === 'EC' ? encodeEcdsaSignature : (signature: Uint8Array) => signature;
  return (input, signature) =>
    signature.length === jwk.signatureLength &&
    crypto.verify(hash, Buffer.from(input, 'latin1'), key, encode(signature));
}

async function importOnWeb(jwk: VerificationJwk): Promise<SignatureCheck<Promise<boolean>>> {
  const { importing, verifying } = algorithms[jwk.alg].web;
  const key = await crypto.subtle.importKey('jwk', jwk.members, importing, false, ['verify']);
  const encoder = new TextEncoder();
  const verify = (input: string, signature: Uint8Array<ArrayBuffer>) =>
    crypto.subtle.verify(verifying, key, signature, encoder.encode(input));
  // Deno looks at the point of a key not when it is imported, but when it is used, and throws then.
  await verify('', new Uint8Array(jwk.signatureLength));
  return async (input, signature) => signature.length === jwk.signatureLength && verify(input, signature);
}
