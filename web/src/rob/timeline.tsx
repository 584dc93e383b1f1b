/**
 * What happened in a robbery, newest first.
 */
import type { ReactElement } from 'react';
import { describeEvent } from './describe-event.ts';
import type { RobEvent } from './rob-story.ts';

const names = { owner: 'Owner', thief: 'Thief' } as const;

export function Timeline({ events }: { readonly events: readonly RobEvent[] }): ReactElement {
  return (
    <section className="rob-history" aria-labelledby="timeline-title">
      <h3 id="timeline-title">What happened</h3>
      <ol className="timeline" reversed aria-labelledby="timeline-title" aria-live="polite" aria-relevant="additions">
        {events.map(toItem).reverse()}
      </ol>
    </section>
  );
}

function toItem(event: RobEvent, index: number): ReactElement {
  const { party, verdict, sentence, tone } = describeEvent(event);
  return (
    // The place in the story never changes, so it is a good key.
    <li key={index} className={`timeline-${tone}`}>
      <span className="timeline-head">
        {party !== undefined && <span className={`timeline-party timeline-party-${party}`}>{names[party]}</span>}{' '}
        <code className="verdict">{verdict}</code>
      </span>{' '}
      {sentence}
    </li>
  );
}
