/**
 * Changes the password, which ends every other session of the user.
 */

import { type FormEvent, type ReactElement, useState } from 'react';
import { useClient } from 'tallystick/react';
import type { Answer } from '../http/ask.ts';
import { describeTrouble } from '../http/describe-trouble.ts';
import { useAct } from '../http/use-act.ts';
import { Field } from '../shell/field.tsx';
import { Notice } from '../shell/notice.tsx';
import { changePassword } from './device-requests.ts';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface ChangePasswordProps {
  readonly username: string | undefined;
  readonly perform: RecentSignIn['perform'];
  /** Called when every other session has ended. */
  readonly onChanged: () => Promise<void>;
}

const empty = { current: '', next: '' };

export function ChangePassword({ username, perform, onChanged }: ChangePasswordProps): ReactElement {
  const client = useClient();
  const { isBusy, trouble, run } = useAct();
  const [typed, setTyped] = useState(empty);
  const [isChanged, setIsChanged] = useState(false);
  const change = async () => {
    setIsChanged(false);
    const request = { current_password: typed.current, new_password: typed.next };
    const answer = await perform(() => changePassword(client, request));
    if (answer?.kind !== 'done') return answer && describePasswordTrouble(answer);
    setTyped(empty);
    setIsChanged(true);
    await onChanged();
    return undefined;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(change);
  };
  return (
    <section className="card" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <form className="stack form-narrow" aria-labelledby="password-title" onSubmit={submit}>
        <Notice tone="trouble">{trouble}</Notice>
        <Notice tone="good">{isChanged && 'Password changed. Every other session has been signed out.'}</Notice>
        {/* A password manager wants to know whose password this is. */}
        <input
          className="unseen"
          type="text"
          autoComplete="username"
          tabIndex={-1}
          aria-hidden="true"
          readOnly
          value={username ?? ''}
        />
        <Field
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
          value={typed.current}
          onChange={(event) => setTyped({ ...typed, current: event.target.value })}
        />
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          value={typed.next}
          onChange={(event) => setTyped({ ...typed, next: event.target.value })}
        />
        <button type="submit" disabled={isBusy}>
          {isBusy ? 'Changing…' : 'Change password'}
        </button>
      </form>
    </section>
  );
}

function describePasswordTrouble(answer: Answer<undefined>): string | undefined {
  if (answer.kind === 'refused' && answer.error === 'invalid_credentials') return 'That is not your current password.';
  return describeTrouble(answer);
}
