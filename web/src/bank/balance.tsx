/**
 * What is in the account and what moved lately. While its owner is away it shows none of it.
 */
import type { ReactElement } from 'react';
import { formatAmount } from './amount.ts';
import type { BankAccount } from './bank-api.ts';
import { TransactionRow } from './transaction-row.tsx';

const shownTransactions = 4;

interface BalanceProps {
  readonly account: BankAccount | undefined;
}

export function Balance({ account }: BalanceProps): ReactElement {
  return (
    <section className="card" aria-labelledby="balance-title">
      <h2 id="balance-title" className="eyebrow">
        Balance
      </h2>
      <p className="balance" aria-live="polite">
        {account === undefined ? '—' : formatAmount(account.balance_cents, account.currency)}
      </p>
      <h3>Recent transactions</h3>
      <ul className="transactions" aria-label="Recent transactions">
        {account?.transactions.slice(0, shownTransactions).map((transaction) => (
          <TransactionRow key={transaction.id} transaction={transaction} currency={account.currency} />
        ))}
      </ul>
      {account?.transactions.length === 0 && <p className="soft">No transactions yet.</p>}
    </section>
  );
}
