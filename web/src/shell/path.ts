/**
 * Which page of the app is shown. Moving between pages does not load the document again, so the session goes on undisturbed.
 */
import { useSyncExternalStore } from 'react';

const movedEvent = 'tallystick:moved';

/** The path of the page, without its trailing slash. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname.replace(/(.)\/$/, '$1'));
}

/** Shows another page of this app. `path` is one of our own, never something from outside. */
export function goTo(path: `/${string}`): void {
  if (path === location.pathname) return;
  history.pushState(null, '', path);
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
