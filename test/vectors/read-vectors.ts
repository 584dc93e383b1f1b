/**
 * The vectors of Project Wycheproof for JWS and JWK, each with the key, or the key set, that it is to be judged by.
 */
import { readFileSync } from 'node:fs';

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: unknown;
  readonly result: string;
}

/** Where both are there, the public half counts. */
interface Group {
  readonly public?: unknown;
  readonly private?: unknown;
  readonly tests: readonly Vector[];
}

function readGroups(name: string): readonly Group[] {
  const file = new URL(`wycheproof/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { testGroups: readonly Group[] }).testGroups;
}

/** A JWS, as the text that it arrives as, and the key. */
export interface SignatureVector extends Vector {
  readonly text: string;
  readonly key: unknown;
}

export function readSignatureVectors(): readonly SignatureVector[] {
  return readGroups('json_web_signature').flatMap(({ public: shown, private: secret, tests }) =>
    tests.map((test) => ({
      ...test,
      text: typeof test.jws === 'string' ? test.jws : JSON.stringify(test.jws),
      key: shown ?? secret,
    })),
  );
}

export interface KeySetVector extends Vector {
  readonly keys: unknown;
  readonly isPublic: boolean;
}

export function readKeySetVectors(): readonly KeySetVector[] {
  return readGroups('json_web_key').flatMap(({ public: shown, private: secret, tests }) =>
    tests.map((test) => ({ ...test, keys: shown ?? secret, isPublic: shown !== undefined })),
  );
}
