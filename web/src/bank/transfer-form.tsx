/**
 * Moves money. What is typed lives above this form, so that neither the end of the session nor a look at another page loses it.
 */

import { type FormEvent, type ReactElement, useState } from 'react';
import { useClient } from 'tallystick/react';
import { describeTrouble } from '../http/describe-trouble.ts';
import { useAct } from '../http/use-act.ts';
import { Field } from '../shell/field.tsx';
import { Notice } from '../shell/notice.tsx';
import { formatAmount } from './amount.ts';
import { sendTransfer } from './send-transfer.ts';
import { editTransfer, readTransfer, type TransferDraft } from './transfer-draft.ts';
import type { KeptTransfer } from './use-transfer-draft.ts';

interface TransferFormProps {
  readonly transfer: KeptTransfer;
  readonly currency: string;
  readonly onSent: () => void;
}

export function TransferForm({ transfer, currency, onSent }: TransferFormProps): ReactElement {
  const client = useClient();
  const { draft } = transfer;
  const { isBusy, trouble, run } = useAct();
  const [sent, setSent] = useState<string>();
  const edit = (change: Partial<TransferDraft>) => {
    setSent(undefined);
    transfer.edit(editTransfer(draft, change, crypto.randomUUID()));
  };
  const send = async () => {
    setSent(undefined);
    const read = readTransfer(draft);
    if (!read.ok) return read.trouble;
    const answer = await sendTransfer(client, read.request, draft.key);
    if (answer.kind !== 'done') return describeTrouble(answer);
    setSent(`${formatAmount(answer.value.amount_cents, currency)} sent to ${answer.value.to}.`);
    transfer.finish();
    onSent();
    return undefined;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(send);
  };
  return (
    <form className="stack" aria-labelledby="transfer-title" onSubmit={submit} noValidate>
      <h2 id="transfer-title">Send money</h2>
      <Notice tone="trouble">{trouble}</Notice>
      <Notice tone="good">{sent}</Notice>
      <Field
        label="Recipient"
        autoComplete="off"
        autoCapitalize="none"
        required
        maxLength={70}
        value={draft.to}
        onChange={(event) => edit({ to: event.target.value })}
      />
      <Field
        label="Amount in euros"
        inputMode="decimal"
        autoComplete="off"
        required
        maxLength={16}
        value={draft.amount}
        onChange={(event) => edit({ amount: event.target.value })}
      />
      <Field
        label="Note (optional)"
        autoComplete="off"
        maxLength={140}
        value={draft.note}
        onChange={(event) => edit({ note: event.target.value })}
      />
      <button type="submit" disabled={isBusy}>
        {isBusy ? 'Sending…' : 'Send money'}
      </button>
    </form>
  );
}
