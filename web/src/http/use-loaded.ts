/**
 * What a page loads when it opens and again on request. An answer that comes after a newer request, or after the page has
 * closed, is dropped. It keeps no cache.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Answer } from './ask.ts';

export interface Loaded<T> {
  /** The last answer, `undefined` until there is one. */
  readonly answer: Answer<T> | undefined;
  readonly reload: () => Promise<void>;
}

/** Loads once while `isWanted`, and again whenever it becomes so. `load` may be a new function on each render. */
export function useLoaded<T>(load: () => Promise<Answer<T>>, isWanted: boolean): Loaded<T> {
  const [answer, setAnswer] = useState<Answer<T>>();
  const latestLoad = useRef(load);
  const latestTicket = useRef(0);
  useEffect(() => {
    latestLoad.current = load;
  });
  const reload = useCallback(async () => {
    latestTicket.current += 1;
    const ticket = latestTicket.current;
    const loaded = await latestLoad.current();
    if (ticket === latestTicket.current) setAnswer(loaded);
  }, []);
  useEffect(() => {
    if (isWanted) void reload();
    return () => {
      latestTicket.current += 1;
    };
  }, [isWanted, reload]);
  return { answer, reload };
}
