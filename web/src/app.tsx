/**
 * Which page is shown to whom. What was typed lives here, above every page, and is gone as soon as another user comes or the
 * user leaves on purpose.
 */
import type { ReactElement } from 'react';
import type { Drafts } from 'tallystick/client/drafts';
import { SessionDialog, useSession } from 'tallystick/react';
import { AccountPage } from './account/account-page.tsx';
import { BankPage } from './bank/bank-page.tsx';
import { useTransferDraft } from './bank/use-transfer-draft.ts';
import { ConnectionNotice } from './session/connection-notice.tsx';
import { type Demo, useDemo } from './session/use-demo.ts';
import { useUsername } from './session/use-username.ts';
import { useVisitor } from './session/use-visitor.ts';
import { WaitingRequests } from './session/waiting-requests.tsx';
import { Header } from './shell/header.tsx';
import { usePath } from './shell/path.ts';
import { useTitle } from './shell/use-title.ts';
import { SignInDialog } from './sign-in/sign-in-dialog.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';

interface AppProps {
  readonly drafts: Drafts;
}

export function App({ drafts }: AppProps): ReactElement {
  const state = useSession();
  const demo = useDemo();
  const visitor = useVisitor();
  const brand = demo?.isDemo ? 'Tally Bank' : 'Tallystick';
  useTitle(brand, visitor !== undefined);
  if (demo === undefined || state.status === 'starting')
    return (
      <p className="starting" role="status">
        One moment…
      </p>
    );
  if (visitor === undefined) {
    const reason = state.status === 'signed-out' ? state.reason : undefined;
    return <SignInPage brand={brand} demo={demo} reason={reason} />;
  }
  return <Pages key={visitor} brand={brand} demo={demo} drafts={drafts} />;
}

interface PagesProps extends AppProps {
  readonly brand: string;
  readonly demo: Demo;
}

function Pages({ brand, demo, drafts }: PagesProps): ReactElement {
  const state = useSession();
  const path = usePath();
  const username = useUsername();
  const transfer = useTransferDraft(drafts);
  const isAway = state.status !== 'signed-in';
  return (
    <>
      <Header brand={brand} hasBank={demo.isDemo} username={username} />
      <ConnectionNotice />
      <WaitingRequests />
      {demo.isDemo && path !== './account' ? (
        <BankPage demo={demo.info} username={username} isAway={isAway} transfer={transfer} />
      ) : (
        <AccountPage username={username} isAway={isAway} />
      )}
      <SessionDialog />
      {state.status === 'signed-out' && <SignInDialog demo={demo} reason={state.reason} username={username} />}
    </>
  );
}
