/**
 * A sentence that has just become true, said to screen readers too: trouble at once, the rest when they have a moment.
 */
import type { ReactElement, ReactNode } from 'react';

interface NoticeProps {
  readonly tone: 'trouble' | 'good' | 'plain';
  readonly children: ReactNode;
}

/** An empty region is there before its sentence is, so that the sentence is announced when it comes. */
export function Notice({ tone, children }: NoticeProps): ReactElement {
  const isEmpty = children === undefined || children === false;
  return (
    <div role={tone === 'trouble' ? 'alert' : 'status'} className={isEmpty ? undefined : `notice notice-${tone}`}>
      {children}
    </div>
  );
}
