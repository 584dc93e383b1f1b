/**
 * The client for pages and scripts: signs in, keeps the session, makes requests with it. The dialog, drafts and the device's key
 * have entries of their own, so that a page pays for what it uses.
 */
export type { AuthorizedFetch, ClientRequestInit } from './authorized-fetch.ts';
export { type Client, createClient } from './create-client.ts';
export type { ClientStorage } from './environment.ts';
export type { HistoryEntry } from './history.ts';
export type { ClientOptions } from './options.ts';
export { SessionEndedError } from './parking.ts';
export type { RefreshOutcome } from './refresher.ts';
export type { RemainingTimes } from './remaining-times.ts';
export { returnPath } from './return-path.ts';
export type { EndReason, SessionFacts } from './session.ts';
export type { Credentials, Refusal, SignInResult } from './signing.ts';
export type {
  ClientState,
  Connection,
  Ending,
  SignedInState,
  SignedOutState,
  StartingState,
  WaitingRequest,
} from './state.ts';
