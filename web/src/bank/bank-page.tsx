/**
 * The demo bank: what is in the account, a transfer, the session that makes it possible, and a robbery.
 */

import type { ReactElement } from 'react';
import { useClient } from 'tallystick/react';
import { ask } from '../http/ask.ts';
import { LoadTrouble } from '../http/load-trouble.tsx';
import { useLoaded } from '../http/use-loaded.ts';
import { RobPanel } from '../rob/rob-panel.tsx';
import { Balance } from './balance.tsx';
import type { BankAccount, DemoInfo } from './bank-api.ts';
import { SessionCard } from './session-card.tsx';
import { TransferForm } from './transfer-form.tsx';
import type { KeptTransfer } from './use-transfer-draft.ts';

interface BankPageProps {
  readonly demo: DemoInfo;
  readonly username: string | undefined;
  /** Whether nobody is signed in at the moment. */
  readonly isAway: boolean;
  readonly transfer: KeptTransfer;
}

export function BankPage({ demo, username, isAway, transfer }: BankPageProps): ReactElement {
  const client = useClient();
  const { answer, reload } = useLoaded<BankAccount>(() => ask(() => client.fetch('bank/account')), !isAway);
  const account = !isAway && answer?.kind === 'done' ? answer.value : undefined;
  return (
    <main className="page">
      <h1>Your account</h1>
      <LoadTrouble answer={isAway ? undefined : answer} reload={reload} />
      <div className="bank-grid">
        <Balance account={account} />
        <div className="card bank-transfer">
          <TransferForm transfer={transfer} currency={account?.currency ?? 'EUR'} onSent={() => void reload()} />
        </div>
        <SessionCard isAway={isAway} />
      </div>
      {username !== undefined && <RobPanel demo={demo} username={username} />}
    </main>
  );
}
