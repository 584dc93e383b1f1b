/**
 * Puts the keyboard where the user is going to type, and back where it was when that is done. In a dialog too: the attribute is
 * what the browser looks for when it opens one.
 */
import { type RefObject, useEffect, useRef } from 'react';

/** For the `ref` of the field that is to have the focus when it appears, if `isWanted` then. */
export function useInitialFocus(isWanted = true): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const wasWanted = useRef(isWanted);
  useEffect(() => {
    if (!wasWanted.current || field.current === null) return undefined;
    const before = document.activeElement;
    field.current.autofocus = true;
    field.current.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return field;
}
