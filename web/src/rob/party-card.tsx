/**
 * One side of a robbery: the token it holds and what it can do with it.
 */
import type { ReactElement } from 'react';
import { excerptToken } from '../session/excerpt-token.ts';
import { TokenStick } from '../stick/token-stick.tsx';
import { PartyIcon } from './party-icon.tsx';
import type { Holding, Party } from './rob-story.ts';

interface PartyCardProps {
  readonly party: Party;
  readonly holding: Holding;
  readonly isBusy: boolean;
  readonly onRefresh: () => void;
  readonly onLook: () => void;
}

const names = { owner: 'Owner', thief: 'Thief' } as const;

export function PartyCard({ party, holding, isBusy, onRefresh, onLook }: PartyCardProps): ReactElement {
  const { generation, branch, refreshToken } = holding;
  return (
    <section className={`party party-${party}`} aria-label={names[party]}>
      <h3>
        <PartyIcon party={party} /> {names[party]}
      </h3>
      <TokenStick generation={generation} isBranch={branch > 0} />
      <p className="party-position">
        Generation {generation}, branch {branch}
      </p>
      <p className="token">{excerptToken(refreshToken)}</p>
      <div className="button-row">
        <button type="button" aria-label={`Refresh as the ${party}`} disabled={isBusy} onClick={onRefresh}>
          Refresh
        </button>
        <button
          type="button"
          className="button-quiet"
          aria-label={`See balance as the ${party}`}
          disabled={isBusy}
          onClick={onLook}
        >
          See balance
        </button>
      </div>
    </section>
  );
}
