/**
 * The demo bank's books, in memory: they begin anew with every start. Amounts are integer cents.
 */
import { randomUUID } from 'node:crypto';

export interface Transaction {
  readonly id: string;
  readonly at: number;
  readonly to: string;
  /** Positive where it was paid to the other party, negative where it came from there. */
  readonly amount_cents: number;
  readonly note: string;
}

export interface Account {
  readonly balance_cents: number;
  readonly currency: 'EUR';
  /** Newest first. */
  readonly transactions: readonly Transaction[];
}

export interface Transfer {
  readonly to: string;
  readonly amount_cents: number;
  readonly note: string;
}

export type TransferResult =
  | { readonly kind: 'done'; readonly transaction: Transaction }
  | { readonly kind: 'insufficient_funds' }
  /** Payer and recipient are the same. */
  | { readonly kind: 'own_account' };

/** Whoever has an account here, as other customers know them. */
export interface Customer {
  readonly subject: string;
  readonly username: string;
}

export interface Accounts {
  of(subject: string): Account;
  /**
   * Makes a transfer, once for each key: the same key gives the same transaction again. Where the recipient is a customer the money
   * arrives there; anybody else is some other bank's.
   */
  transfer(subject: string, key: string, transfer: Transfer): TransferResult;
}

const longestStatement = 50;
const day = 86_400;

/** Opens the bank. `now` gives seconds. */
export function createAccounts(customers: readonly Customer[], now: () => number): Accounts {
  const accounts = new Map<string, Account>();
  const done = new Map<string, Transaction>();
  const of = (subject: string) => {
    const account = accounts.get(subject) ?? newAccount(now());
    accounts.set(subject, account);
    return account;
  };
  const book = (subject: string, transfer: Transfer) => {
    const transaction = { id: randomUUID(), at: now(), ...transfer };
    accounts.set(subject, booked(of(subject), transaction));
    return transaction;
  };
  return {
    of,
    transfer: (subject, key, transfer) => {
      const before = done.get(`${subject} ${key}`);
      if (before) return { kind: 'done', transaction: before };
      const recipient = customers.find(({ username }) => username === transfer.to.toLowerCase());
      if (recipient?.subject === subject) return { kind: 'own_account' };
      if (transfer.amount_cents > of(subject).balance_cents) return { kind: 'insufficient_funds' };
      const transaction = book(subject, transfer);
      const payer = customers.find((customer) => customer.subject === subject);
      if (recipient && payer)
        book(recipient.subject, { ...transfer, to: payer.username, amount_cents: -transfer.amount_cents });
      done.set(`${subject} ${key}`, transaction);
      return { kind: 'done', transaction };
    },
  };
}

function booked(account: Account, transaction: Transaction): Account {
  return {
    ...account,
    balance_cents: account.balance_cents - transaction.amount_cents,
    transactions: [transaction, ...account.transactions].slice(0, longestStatement),
  };
}

function newAccount(at: number): Account {
  const opening: readonly Omit<Transaction, 'id'>[] = [
    { at: at - 9 * day, to: 'Northgate Property', amount_cents: 92_000, note: 'Rent' },
    { at: at - 6 * day, to: 'Corner Bakery', amount_cents: 1_280, note: '' },
    { at: at - 3 * day, to: 'Harbour Press', amount_cents: -264_000, note: 'Salary' },
    { at: at - day, to: 'City Transit', amount_cents: 4_900, note: 'Monthly pass' },
  ];
  const empty: Account = { balance_cents: 250_000, currency: 'EUR', transactions: [] };
  return opening.reduce((account, transaction) => booked(account, { id: randomUUID(), ...transaction }), empty);
}
