import { describe, expect, it } from 'vitest';
import { editTransfer, emptyTransfer, readTransfer } from './transfer-draft.ts';

const typed = editTransfer(emptyTransfer('k1'), { to: ' bob ', amount: '25,5', note: ' rent ' }, 'k2');

describe('editTransfer', () => {
  it('gives a changed transfer a key of its own', () => {
    expect(typed).toEqual({ to: ' bob ', amount: '25,5', note: ' rent ', key: 'k2' });
  });
});

describe('readTransfer', () => {
  it('gives the request for what was typed', () => {
    expect(readTransfer(typed)).toEqual({ ok: true, request: { to: 'bob', amount_cents: 2_550, note: 'rent' } });
  });

  it('leaves out a note that was not written', () => {
    expect(readTransfer({ ...typed, note: ' ' })).toEqual({ ok: true, request: { to: 'bob', amount_cents: 2_550 } });
  });

  it('asks for the receiver and for an amount', () => {
    expect(readTransfer({ ...typed, to: '' })).toMatchObject({
      ok: false,
      trouble: expect.stringMatching(/recipient/),
    });
    expect(readTransfer({ ...typed, amount: 'a lot' })).toMatchObject({
      ok: false,
      trouble: expect.stringMatching(/amount/),
    });
  });
});
