/**
 * `tallystick client new ID`: a secret for a confidential client, shown once, and what the file of clients has to say.
 */
import { createHash, randomBytes } from 'node:crypto';
import { isClientId } from '../../protocol/client-id.ts';
import { CommandError } from '../run-command.ts';

/** Makes up a secret. Nothing is kept: the hash goes into the file that `TALLYSTICK_CLIENTS` names, by the operator's hand. */
export function newClient(clientId: string): string {
  if (!isClientId(clientId)) throw new CommandError(`"${clientId}" is not a client id`);
  const secret = randomBytes(32).toString('base64url');
  const secretSha256 = createHash('sha256').update(secret).digest('hex');
  return `secret, shown this once: ${secret}\n${JSON.stringify({ clientId, secretSha256 })}\n`;
}
