/**
 * The stage of a robbery: both sides, the retry window between them, and the timeline.
 */
import type { ReactElement, ReactNode } from 'react';
import { useNow } from '../time/use-now.ts';
import { advise } from './advise.ts';
import { PartyCard } from './party-card.tsx';
import type { Party, RobStory } from './rob-story.ts';
import { Timeline } from './timeline.tsx';
import type { Robbery } from './use-robbery.ts';
import { WindowGauge } from './window-gauge.tsx';

interface RobSceneProps {
  readonly robbery: Robbery;
  readonly story: RobStory;
  readonly windowMs: number;
  /** What follows the advice. */
  readonly children: ReactNode;
}

const parties: readonly Party[] = ['owner', 'thief'];

export function RobScene({ robbery, story, windowMs, children }: RobSceneProps): ReactElement {
  const now = useNow(100, !story.hasEnded);
  const elapsedMs = story.changedAt === undefined ? windowMs : now - story.changedAt;
  const remainingMs = story.hasEnded ? 0 : Math.min(windowMs, Math.max(0, windowMs - elapsedMs));
  return (
    <div className="rob-scene">
      <WindowGauge remainingMs={remainingMs} windowMs={windowMs} />
      <div className="rob-parties">
        {parties.map((party) => (
          <PartyCard
            key={party}
            party={party}
            holding={story[party]}
            isBusy={robbery.isBusy}
            onRefresh={() => void robbery.refresh(party)}
            onLook={() => void robbery.look(party)}
          />
        ))}
      </div>
      <p className={story.hasEnded ? 'rob-advice rob-over' : 'rob-advice'} role="status">
        {story.hasEnded && <strong>The session has ended for both. </strong>}
        {advise(story, remainingMs > 0)}
      </p>
      {children}
      <Timeline events={story.events} />
    </div>
  );
}
