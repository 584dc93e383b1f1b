/**
 * `<tallystick-session-dialog>` as a component. On a server it is an empty element.
 */
import { createElement, type ReactElement, useEffect, useRef } from 'react';
import {
  defineSessionDialog,
  type SessionDialogElement,
  type SessionDialogTexts,
  sessionDialogName,
} from '../client/dialog.ts';
import { useClient } from './session-provider.tsx';

export interface SessionDialogProps {
  /** Those that are given take the place of the English ones. */
  readonly texts?: Partial<SessionDialogTexts>;
  readonly className?: string;
}

/** Asks before the session ends, where the client's `renew` is `'ask'`. */
export function SessionDialog({ texts, className }: SessionDialogProps): ReactElement {
  const client = useClient();
  const element = useRef<SessionDialogElement>(null);
  useEffect(() => {
    defineSessionDialog();
    const { current } = element;
    if (current === null) return;
    current.texts = texts ?? {};
    current.client = client;
    return () => {
      current.client = undefined;
    };
  }, [client, texts]);
  return createElement(sessionDialogName, { ref: element, class: className });
}
