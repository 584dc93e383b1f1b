/**
 * Where a request came from, as far as whoever took it has said so.
 */
import type { Origin } from './events.ts';

/** The origin, with empty texts for what is not known. */
export function originOf({ from }: { readonly from?: Partial<Origin> | undefined }): Origin {
  return { address: from?.address ?? '', userAgent: from?.userAgent ?? '' };
}
