/**
 * Which page of the app is shown. Moving between pages does not load the document again, so the session goes on undisturbed.
 */
import { useSyncExternalStore } from 'react';

const movedEvent = 'tallystick:moved';

/** The pages, relative to each other: all of them are right below the issuer's URL. */
export type PageName = './' | './account';

/** The page that is shown, as a `PageName` where it is one of ours. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname.replace(/^.*\//, './'));
}

/** Shows another page of this app. */
export function goTo(page: PageName): void {
  const { pathname } = new URL(page, location.href);
  if (pathname === location.pathname) return;
  history.pushState(null, '', pathname);
  dispatchEvent(new Event(movedEvent));
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(movedEvent, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(movedEvent, listener);
  };
}
