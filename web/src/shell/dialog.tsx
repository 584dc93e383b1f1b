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
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss?.();
      }}
      // A browser closes a dialog whose cancel was refused twice, so that no page can hold a user. Then it opens again.
      onClose={() => onDismiss === undefined && element.current?.showModal()}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
