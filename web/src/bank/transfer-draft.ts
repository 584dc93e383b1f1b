/**
 * A transfer as it is typed. The key belongs to what is typed: sending the same twice makes one transfer, changing anything
 * makes another.
 */

import { parseAmount } from './amount.ts';
import type { TransferRequest } from './bank-api.ts';

export interface TransferDraft {
  readonly to: string;
  readonly amount: string;
  readonly note: string;
  /** Sent as `Idempotency-Key`. */
  readonly key: string;
}

/** Nothing typed yet. `key` is new and random. */
export function emptyTransfer(key: string): TransferDraft {
  return { to: '', amount: '', note: '', key };
}

/** The draft with something changed, under the `key` of its own that it therefore needs. */
export function editTransfer(
  draft: TransferDraft,
  change: Partial<Omit<TransferDraft, 'key'>>,
  key: string,
): TransferDraft {
  return { ...draft, ...change, key };
}

/** What to send, or a sentence about what is wrong with what was typed. */
export function readTransfer(
  draft: TransferDraft,
): { readonly ok: true; readonly request: TransferRequest } | { readonly ok: false; readonly trouble: string } {
  const to = draft.to.trim();
  const cents = parseAmount(draft.amount);
  const note = draft.note.trim();
  if (to === '') return { ok: false, trouble: 'Enter a recipient.' };
  if (cents === undefined) return { ok: false, trouble: 'Enter an amount, for example 25 or 25.50.' };
  return { ok: true, request: { to, amount_cents: cents, ...(note !== '' && { note }) } };
}
