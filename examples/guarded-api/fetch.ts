/**
 * An API as a fetch handler, for Deno, Bun, workers and whatever else speaks fetch.
 */
import type { Verifier } from 'tallystick/verifier';

export function createFetchHandler(verifier: Verifier): (request: Request) => Promise<Response> {
  return async (request) => {
    const caller = await verifier.authenticate(request, { scope: 'transfers' });
    if (!caller.ok) return caller.error.toResponse();
    return Response.json({ transfers: [], of: caller.claims.sub });
  };
}
