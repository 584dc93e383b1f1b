/**
 * The page of somebody who is not signed in. It says why, where there is a why.
 */
import type { ReactElement } from 'react';
import type { EndReason } from 'tallystick/client';
import type { Demo } from '../session/use-demo.ts';
import { Notice } from '../shell/notice.tsx';
import { Logo } from '../stick/logo.tsx';
import { describeSignedOut } from './describe-sign-in.ts';
import { SignInForm } from './sign-in-form.tsx';
import { SplitStick } from './split-stick.tsx';

interface SignInPageProps {
  readonly brand: string;
  readonly demo: Demo;
  readonly reason: EndReason | undefined;
}

export function SignInPage({ brand, demo, reason }: SignInPageProps): ReactElement {
  return (
    <div className="sign-in">
      <aside className="sign-in-story">
        <p className="brand">
          <Logo /> {brand}
        </p>
        <SplitStick />
        <p className="sign-in-motto">One stick, notched and split in two. You keep one half, we keep the other.</p>
        <p>
          Neither half is any use alone. That is how a debt was kept honest for seven hundred years, and how you stay
          signed in here.
        </p>
      </aside>
      <main className="sign-in-main">
        <div className="sign-in-card">
          <h1>Sign in</h1>
          <Notice tone="plain">{describeSignedOut(reason)}</Notice>
          <SignInForm demo={demo} />
        </div>
      </main>
    </div>
  );
}
