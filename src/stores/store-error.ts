/**
 * The store's trouble. It leaves the server as 503: an outage signs nobody out.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
