/**
 * User name, password and what else a sign-in may say. On the demo it offers the demo's users.
 */
import { type FormEvent, type ReactElement, useState } from 'react';
import { longestDeviceName, longestPassword, longestUsername } from '../../../src/protocol/limits.ts';
import type { Demo } from '../session/use-demo.ts';
import { Field } from '../shell/field.tsx';
import { Notice } from '../shell/notice.tsx';
import { useInitialFocus } from '../shell/use-initial-focus.ts';
import { DemoUsers } from './demo-users.tsx';
import { SignInButton } from './sign-in-button.tsx';
import { useSignIn } from './use-sign-in.ts';

interface SignInFormProps {
  readonly demo: Demo;
  /** Who was here before, in a page that waits for them. */
  readonly username?: string | undefined;
}

export function SignInForm({ demo, username: known = '' }: SignInFormProps): ReactElement {
  const isKnown = known !== '';
  const usernameField = useInitialFocus(!isKnown);
  const passwordField = useInitialFocus(isKnown);
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState('');
  const [deviceName, setDeviceName] = useState('');
  const [remember, setRemember] = useState(true);
  const signIn = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const name = deviceName.trim();
    void signIn.attempt({ username: username.trim(), password, remember, ...(name !== '' && { deviceName: name }) });
  };
  return (
    <form className="stack" aria-label="Sign in" onSubmit={submit}>
      <Notice tone="trouble">{signIn.trouble}</Notice>
      <Field
        label="User name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={longestUsername}
        ref={usernameField}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={longestPassword}
        ref={passwordField}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {!isKnown && (
        <Field
          label="Name of this device (optional)"
          placeholder="Kitchen laptop"
          autoComplete="off"
          maxLength={longestDeviceName}
          value={deviceName}
          onChange={(event) => setDeviceName(event.target.value)}
        />
      )}
      <label className="check">
        <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
        Keep me signed in
      </label>
      <SignInButton signIn={signIn} label="Sign in" />
      {demo.isDemo && (
        <DemoUsers
          info={demo.info}
          onChoose={(chosen) => {
            setUsername(chosen);
            setPassword(demo.info.password);
          }}
        />
      )}
    </form>
  );
}
