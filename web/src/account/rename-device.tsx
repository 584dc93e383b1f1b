/**
 * The name of a device, being changed in its place. Escape leaves it as it was.
 */
import { type FormEvent, type KeyboardEvent, type ReactElement, useState } from 'react';
import { longestDeviceName } from '../../../src/protocol/limits.ts';
import { useInitialFocus } from '../shell/use-initial-focus.ts';

interface RenameDeviceProps {
  readonly name: string;
  readonly isBusy: boolean;
  readonly onRename: (name: string) => void;
  readonly onDismiss: () => void;
}

export function RenameDevice({ name, isBusy, onRename, onDismiss }: RenameDeviceProps): ReactElement {
  const [typed, setTyped] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = typed.trim();
    if (wanted === '' || wanted === name) onDismiss();
    else onRename(wanted);
  };
  const dismissOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onDismiss();
  };
  return (
    <form className="rename" onSubmit={submit}>
      <input
        aria-label={`New name of ${name}`}
        maxLength={longestDeviceName}
        ref={useInitialFocus()}
        onFocus={(event) => event.target.select()}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={dismissOnEscape}
      />
      <button type="submit" className="button-small" disabled={isBusy}>
        Save
      </button>
      <button type="button" className="button-small" onClick={onDismiss}>
        Cancel
      </button>
    </form>
  );
}
