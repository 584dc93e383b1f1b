import { describe, expect, it } from 'vitest';
import { createAccounts } from './accounts.ts';

const transfer = { to: 'bob', amount_cents: 1_234, note: 'Dinner' };

function open() {
  const customers = ['alice', 'bob'].map((username) => ({ username, subject: `id-of-${username}` }));
  return createAccounts(customers, () => 1_800_000_000);
}

describe('a transfer', () => {
  it('leaves one account and arrives in the other, under the name of who paid', () => {
    const accounts = open();
    const before = accounts.of('id-of-bob').balance_cents;
    expect(accounts.transfer('id-of-alice', 'a key', { ...transfer, to: 'Bob' })).toMatchObject({ kind: 'done' });
    expect(accounts.of('id-of-alice').transactions[0]).toMatchObject({ to: 'Bob', amount_cents: 1_234 });
    expect(accounts.of('id-of-bob').balance_cents).toBe(before + 1_234);
    expect(accounts.of('id-of-bob').transactions[0]).toMatchObject({
      to: 'alice',
      amount_cents: -1_234,
      note: 'Dinner',
    });
  });

  it('is made once for each key, on both sides', () => {
    const accounts = open();
    const once = accounts.transfer('id-of-alice', 'a key', transfer);
    const books = ['id-of-alice', 'id-of-bob'].map(accounts.of);
    expect(accounts.transfer('id-of-alice', 'a key', transfer)).toEqual(once);
    expect(['id-of-alice', 'id-of-bob'].map(accounts.of)).toEqual(books);
  });

  it('goes to no account of ours where the recipient is not a customer', () => {
    const accounts = open();
    const bob = accounts.of('id-of-bob');
    expect(accounts.transfer('id-of-alice', 'a key', { ...transfer, to: 'Lantern Books' })).toMatchObject({
      kind: 'done',
    });
    expect(accounts.of('id-of-bob')).toEqual(bob);
  });

  it('is refused, and books nothing, to oneself and beyond what there is', () => {
    const accounts = open();
    const alice = accounts.of('id-of-alice');
    expect(accounts.transfer('id-of-alice', '1', { ...transfer, to: 'alice' })).toEqual({ kind: 'own_account' });
    const tooMuch = { ...transfer, amount_cents: alice.balance_cents + 1 };
    expect(accounts.transfer('id-of-alice', '2', tooMuch)).toEqual({ kind: 'insufficient_funds' });
    expect(accounts.of('id-of-alice')).toEqual(alice);
  });
});
