/**
 * Asks who is there for their password, by signing the same user in on the same device.
 */
import { type FormEvent, type ReactElement, useState } from 'react';
import { Dialog } from '../shell/dialog.tsx';
import { Field } from '../shell/field.tsx';
import { Notice } from '../shell/notice.tsx';
import { describeConfirmRefusal } from '../sign-in/describe-sign-in.ts';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import { useSignIn } from '../sign-in/use-sign-in.ts';

interface ConfirmPasswordDialogProps {
  readonly username: string;
  readonly onAnswer: (hasSignedIn: boolean) => void;
}

export function ConfirmPasswordDialog({ username, onAnswer }: ConfirmPasswordDialogProps): ReactElement {
  const [password, setPassword] = useState('');
  const signIn = useSignIn(() => onAnswer(true), describeConfirmRefusal);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void signIn.attempt({ username, password });
  };
  return (
    <Dialog title="Confirm it’s you" onDismiss={() => onAnswer(false)}>
      <p>Enter your password again to continue, {username}.</p>
      <form className="stack" onSubmit={submit}>
        <Notice tone="trouble">{signIn.trouble}</Notice>
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="button-row">
          <SignInButton signIn={signIn} label="Continue" />
          <button type="button" className="button-quiet" onClick={() => onAnswer(false)}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
