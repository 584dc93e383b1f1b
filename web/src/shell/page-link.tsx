/**
 * A link between pages of this app. With a modifier key it behaves as any link.
 */
import type { MouseEvent, ReactElement, ReactNode } from 'react';
import { goTo, type PageName, usePath } from './path.ts';

interface PageLinkProps {
  readonly to: PageName;
  readonly children: ReactNode;
}

export function PageLink({ to, children }: PageLinkProps): ReactElement {
  const path = usePath();
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={to} aria-current={path === to ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
