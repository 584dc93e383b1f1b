/**
 * The client in React: thin bindings, which decide nothing.
 */
export { SessionDialog, type SessionDialogProps } from './session-dialog.tsx';
export { SessionProvider, type SessionProviderProps, useClient } from './session-provider.tsx';
export { useAccessToken } from './use-access-token.ts';
export { useSession } from './use-session.ts';
