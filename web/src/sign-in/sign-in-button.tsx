/**
 * The button of a sign-in, which says when there is nothing to press yet.
 */
import type { ReactElement } from 'react';
import { formatCountdown } from '../time/format-duration.ts';
import type { SignIn } from './use-sign-in.ts';

interface SignInButtonProps {
  readonly signIn: Pick<SignIn, 'isBusy' | 'waitMs'>;
  readonly label: string;
}

export function SignInButton({ signIn: { isBusy, waitMs }, label }: SignInButtonProps): ReactElement {
  return (
    <button type="submit" disabled={isBusy || waitMs > 0}>
      {waitMs > 0 ? `Wait ${formatCountdown(waitMs + 999)}` : isBusy ? 'Signing in…' : label}
    </button>
  );
}
