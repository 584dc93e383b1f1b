/**
 * Which new passwords are taken: 8 characters or more, 1,024 bytes at most, none that everybody tries first. No rules of
 * composition.
 */
import { longestPassword } from '../../protocol/limits.ts';

const shortest = 8;

let common: Promise<ReadonlySet<string>> | undefined;

/** Why a new password is not taken, in words for its user; `undefined` where it is. */
export async function passwordProblem(password: string): Promise<string | undefined> {
  if ([...password].length < shortest) return `Use at least ${shortest} characters.`;
  if (Buffer.byteLength(password) > longestPassword) return `Use at most ${longestPassword} bytes.`;
  common ??= loadCommonPasswords();
  const isCommon = (await common).has(password.toLowerCase());
  return isCommon ? 'This password is too common.' : undefined;
}

/** The list is large, and a server that sets no password has no use for it. */
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']?.map(String));
}
