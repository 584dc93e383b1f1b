/**
 * The demo bank's API as its pages see it: types only, served by `tallystick serve --demo` and by nothing else. Amounts are
 * integer cents, times integer seconds since the epoch. Nothing here is checked at run time.
 *
 * | request | answer |
 * |---|---|
 * | `GET /bank/demo`, anyone | 200 `DemoInfo`; 404 where the server is not the demo |
 * | `GET /bank/account`, access token | 200 `BankAccount` |
 * | `POST /bank/transfers`, access token, `Idempotency-Key` | 201 `Transaction`; the same again for the same key |
 *
 * Refusals have the server's usual shape, `{error, error_description}`: 400 `invalid_request`, `insufficient_funds` or
 * `own_account`, 401 with `WWW-Authenticate` (RFC 6750 section 3) where the access token is missing or refused.
 */

/** What a visitor of the demo may know before signing in. */
export interface DemoInfo {
  readonly users: readonly string[];
  /** The password of every demo user, as the demo was set up. */
  readonly password: string;
  readonly retry_window_seconds: number;
  readonly mode: 'stored' | 'stateless';
}

export interface BankAccount {
  readonly balance_cents: number;
  readonly currency: string;
  /** Newest first. */
  readonly transactions: readonly Transaction[];
}

/** One movement of money. */
export interface Transaction {
  readonly id: string;
  readonly at: number;
  /** The other party. */
  readonly to: string;
  /** Positive where it was paid to the other party, negative where it came from there. */
  readonly amount_cents: number;
  readonly note: string;
}

/** What `POST /bank/transfers` takes. */
export interface TransferRequest {
  readonly to: string;
  /** At least 1. */
  readonly amount_cents: number;
  readonly note?: string;
}
