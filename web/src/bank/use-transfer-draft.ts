/**
 * The transfer that is being typed. It survives the end of the session, a look at another page and, encrypted, a reload, together with
 * its key: what was sent before the reload and is sent again after it is made once.
 */
import { useEffect, useRef, useState } from 'react';
import type { Drafts } from 'tallystick/client/drafts';
import { emptyTransfer, type TransferDraft } from './transfer-draft.ts';

export interface KeptTransfer {
  readonly draft: TransferDraft;
  /** Takes what was typed. */
  readonly edit: (draft: TransferDraft) => void;
  /** The transfer was made: the next one begins. */
  readonly finish: () => void;
}

const name = 'transfer';

/** For the user who is signed in when the component appears. */
export function useTransferDraft(drafts: Drafts): KeptTransfer {
  const [draft, setDraft] = useState(() => emptyTransfer(crypto.randomUUID()));
  const isTyped = useRef(false);
  useEffect(() => {
    const restore = async () => {
      const kept = await drafts.take(name);
      if (kept === undefined || isTyped.current) return;
      setDraft(kept as TransferDraft);
      // It is gone once taken, and the page may be loaded yet again before another word is typed.
      await drafts.save(name, kept);
    };
    void restore();
  }, [drafts]);
  return {
    draft,
    edit(changed) {
      isTyped.current = true;
      setDraft(changed);
      void drafts.save(name, changed);
    },
    finish() {
      setDraft(emptyTransfer(crypto.randomUUID()));
      drafts.forget(name);
    },
  };
}
