/**
 * Sends a transfer to the bank. Sent again with the same key, it is the same transfer.
 */
import type { Client } from 'tallystick/client';
import { type Answer, ask } from '../http/ask.ts';
import type { Transaction, TransferRequest } from './bank-api.ts';

export function sendTransfer(client: Client, request: TransferRequest, key: string): Promise<Answer<Transaction>> {
  return ask(() =>
    client.fetch('bank/transfers', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(request),
    }),
  );
}
