/**
 * A modal dialog: the browser's own, so focus stays inside, what lies behind is inert, and focus goes back where it was.
 */
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  readonly title: string;
  /** Called on Escape. Without it the dialog cannot be dismissed. */
  readonly onDismiss?: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, onDismiss, children }: DialogProps): ReactElement {
  const element = useRef<HTMLDialogElement>(null);
  const isDismissable = onDismiss !== undefined;
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (!isDismissable) dialog?.setAttribute('closedby', 'none');
    dialog?.showModal();
    return () => dialog?.close();
  }, [isDismissable]);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss?.();
      }}
      // Browsers that do not know `closedby` close a dialog on the second Escape, whatever it says to the first.
      onClose={() => !isDismissable && element.current?.showModal()}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
