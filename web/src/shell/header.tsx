/**
 * The head of every page behind the sign-in: the mark, where one can go, who is here, and the way out.
 */

import type { ReactElement } from 'react';
import { useClient } from 'tallystick/react';
import { useAct } from '../http/use-act.ts';
import { Logo } from '../stick/logo.tsx';
import { PageLink } from './page-link.tsx';

interface HeaderProps {
  readonly brand: string;
  readonly hasBank: boolean;
  readonly username: string | undefined;
}

export function Header({ brand, hasBank, username }: HeaderProps): ReactElement {
  const client = useClient();
  const { isBusy, run } = useAct();
  const signOut = () => run(async () => void (await client.signOut()));
  return (
    <header className="header">
      <div className="header-inner">
        <p className="brand">
          <Logo /> {brand}
        </p>
        {hasBank && (
          <nav aria-label="Pages">
            <PageLink to="./">Bank</PageLink>
            <PageLink to="./account">Devices</PageLink>
          </nav>
        )}
        <p className="header-user">{username}</p>
        <button type="button" className="button-quiet" disabled={isBusy} onClick={signOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}
