/**
 * As much of a request as the verifier looks at. A `Request` of fetch is one; adapters make one of what their framework has.
 */
export interface BearerRequest {
  /** Absolute, or from the path on. */
  readonly url: string;
  /** Needed for tokens that are bound to a key. */
  readonly method?: string | undefined;
  readonly headers: { get(name: string): string | null | undefined };
  /** The parsed body, where a framework has parsed it already. */
  readonly form?: unknown;
  /** A second reading of the body, where it has not been read yet. */
  clone?(): Pick<Response, 'body'>;
  readonly bodyUsed?: boolean;
}
