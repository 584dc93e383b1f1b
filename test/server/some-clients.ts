/**
 * Clients for a test: a public one, and two confidential ones with their secrets.
 */
import { createHash } from 'node:crypto';
import type { ConfidentialClient } from '../../src/server/index.ts';

export const shopSecret = 'the shop has a secret: 1 + 1 = 10%';
export const bankSecret = 'what the bank keeps to itself';

export const someClients: readonly (string | ConfidentialClient)[] = [
  'app',
  { clientId: 'shop:1', secretSha256: sha256(shopSecret) },
  { clientId: 'bank', secretSha256: sha256(bankSecret), audience: ['https://bank.example', 'https://loans.example'] },
];

/** `client_secret_basic`: both parts are form-encoded first (RFC 6749 section 2.3.1). */
export function basic(clientId: string, secret: string): { readonly Authorization: string } {
  const [id, password] = [clientId, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1));
  return { Authorization: `Basic ${btoa(`${id}:${password}`)}` };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
