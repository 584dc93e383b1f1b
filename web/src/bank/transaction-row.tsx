/**
 * One movement of money, as its owner sees it: what was paid has a minus sign.
 */
import type { ReactElement } from 'react';
import { formatDayAndTime } from '../time/format-moment.ts';
import { formatSignedAmount } from './amount.ts';
import type { Transaction } from './bank-api.ts';

interface TransactionRowProps {
  readonly transaction: Transaction;
  readonly currency: string;
}

export function TransactionRow({
  transaction: { at, to, amount_cents, note },
  currency,
}: TransactionRowProps): ReactElement {
  return (
    <li>
      <span className="transaction-party">{to}</span>
      <span className="transaction-note">
        {note === '' ? formatDayAndTime(at) : `${note} · ${formatDayAndTime(at)}`}
      </span>
      <span className={amount_cents < 0 ? 'transaction-amount transaction-in' : 'transaction-amount'}>
        {formatSignedAmount(-amount_cents, currency)}
      </span>
    </li>
  );
}
