/**
 * The requests of the two sides of a robbery, made without the page's client: a thief has no part in it, and the owner here plays
 * somebody on another device.
 */
import { refreshHeader, type TokenPayload } from 'tallystick/protocol';
import type { BankAccount } from '../bank/bank-api.ts';
import { type Answer, ask } from '../http/ask.ts';

export type RefreshAnswer = Answer<{
  readonly payload: TokenPayload;
  /** `rotate`, `retry`, `rebranch` or `ahead`; empty where the server does not explain itself. */
  readonly outcome: string;
}>;

interface VictimCredentials {
  readonly username: string;
  readonly password: string;
  /** The token of the last robbery, of any age: it names the device, so that robberies do not pile up in the list. */
  readonly refreshToken: string | undefined;
}

// The page's own cookie must stay out of all of these: with it, a sign-in would replace the session of this very page.
const credentials = 'omit';

/** Signs the victim in on a device of its own, with a refresh token that a script can see. */
export function signInVictim({ username, password, refreshToken }: VictimCredentials): Promise<Answer<TokenPayload>> {
  const body = {
    username,
    password,
    device_name: 'Robbed laptop',
    token_delivery: 'body',
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  };
  return ask(() =>
    fetch('login', {
      method: 'POST',
      credentials,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

/** Presents `refreshToken`, whoever holds it. */
export async function presentRefreshToken(refreshToken: string): Promise<RefreshAnswer> {
  let outcome = '';
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const answer = await ask<TokenPayload>(async () => {
    const response = await fetch('token', { method: 'POST', credentials, body });
    outcome = response.headers.get(refreshHeader) ?? '';
    return response;
  });
  return answer.kind === 'done' ? { kind: 'done', value: { payload: answer.value, outcome } } : answer;
}

/** Asks the bank what is in the account, as whoever holds `accessToken`. */
export function lookAtBalance(accessToken: string): Promise<Answer<BankAccount>> {
  return ask(() => fetch('bank/account', { credentials, headers: { Authorization: `Bearer ${accessToken}` } }));
}
