/**
 * Whether this server is the demo, and what a visitor may know of it. Asked once when the page opens.
 */

import type { DemoInfo } from '../bank/bank-api.ts';
import { ask } from '../http/ask.ts';
import { useLoaded } from '../http/use-loaded.ts';

/** `undefined` until the server has answered; `isDemo: false` on any server that is not the demo. */
export type Demo = { readonly isDemo: false } | { readonly isDemo: true; readonly info: DemoInfo };

export function useDemo(): Demo | undefined {
  const { answer } = useLoaded<DemoInfo>(() => ask(() => fetch('bank/demo', { credentials: 'omit' })), true);
  if (answer === undefined) return undefined;
  return answer.kind === 'done' ? { isDemo: true, info: answer.value } : { isDemo: false };
}
