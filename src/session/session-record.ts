/**
 * What a store keeps of one session: one row, however often it is refreshed. Times are milliseconds of the store's clock,
 * ends are whole seconds of it; `null` means never.
 */
export interface SessionRecord {
  /** See `encodeSessionId`: where the session lives and when it began. */
  readonly sid: string;
  readonly subject: string;
  readonly deviceId: string;
  readonly clientId: string;
  /** Space-separated; empty where none was asked for. */
  readonly scope: string;
  /** When the user last proved who they are. No refresh moves it. */
  readonly authenticatedAt: number;
  /** RFC 9068 section 2.2.1; `null` where the sign-in did not say. No refresh changes it. */
  readonly acr: string | null;
  /** RFC 8176 values, space-separated; empty where the sign-in did not say. No refresh changes it. */
  readonly amr: string;
  /** The RFC 7638 thumbprint of the key the session is bound to for life, or `null` for a bearer session. */
  readonly keyThumbprint: string | null;

  /** The newest generation of refresh tokens, 0 at sign-in. */
  readonly generation: number;
  /** The newest branch of that generation. */
  readonly branch: number;
  /** The branch of the parent that was used to get to this generation; `null` where it is not known and may be any. */
  readonly parentBranch: number | null;
  /** That parent's own parent's branch; `null` where it is not known and may be any. */
  readonly grandparentBranch: number | null;
  /** When any of the four above last changed; `null` since sign-in, so that the first refresh rotates. */
  readonly changedAt: number | null;
  /** Until when older genuine tokens are answered as retries, after the store was found to have lost writes. */
  readonly aheadUntil: number | null;

  /** Whether the user asked to stay signed in; otherwise a cookie ends with the browser. Fixed at sign-in. */
  readonly remember: boolean;
  readonly inactivityEndsAt: number | null;
  /** Fixed at sign-in. */
  readonly absoluteEndsAt: number | null;
  readonly revokedAt: number | null;

  /** Where the last rotation came from: the address and a short digest of the user agent. */
  readonly lastAddress: string;
  readonly lastAgent: string;
}
