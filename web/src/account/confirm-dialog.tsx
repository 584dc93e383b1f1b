/**
 * Asks before something that cannot be undone. The way out comes first, where the keyboard starts.
 */
import type { ReactElement, ReactNode } from 'react';
import { Dialog } from '../shell/dialog.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** The words on the button that does it. */
  readonly act: string;
  readonly onAct: () => void;
  readonly onDismiss: () => void;
  readonly children: ReactNode;
}

export function ConfirmDialog({ title, act, onAct, onDismiss, children }: ConfirmDialogProps): ReactElement {
  return (
    <Dialog title={title} onDismiss={onDismiss}>
      <p>{children}</p>
      <div className="button-row">
        <button type="button" className="button-quiet" onClick={onDismiss}>
          Cancel
        </button>
        <button type="button" className="button-danger" onClick={onAct}>
          {act}
        </button>
      </div>
    </Dialog>
  );
}
