/**
 * The sign-in over a page whose session has ended, so that nothing typed there is lost. It cannot be dismissed: what is behind it
 * belongs to somebody who has to show again who they are.
 */
import type { ReactElement } from 'react';
import type { EndReason } from 'tallystick/client';
import type { Demo } from '../session/use-demo.ts';
import { Dialog } from '../shell/dialog.tsx';
import { Notice } from '../shell/notice.tsx';
import { describeSignedOut } from './describe-sign-in.ts';
import { SignInForm } from './sign-in-form.tsx';

interface SignInDialogProps {
  readonly demo: Demo;
  readonly reason: EndReason | undefined;
  readonly username: string | undefined;
}

export function SignInDialog({ demo, reason, username }: SignInDialogProps): ReactElement {
  return (
    <Dialog title="Sign in to continue">
      <Notice tone="plain">{describeSignedOut(reason)}</Notice>
      <p className="soft">What you typed on this page is still there.</p>
      <SignInForm demo={demo} username={username} />
    </Dialog>
  );
}
