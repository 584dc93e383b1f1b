/**
 * An API on Hono.
 */
import { Hono } from 'hono';
import type { AccessTokenClaims, Verifier } from 'tallystick/verifier';
import { requireAccessToken } from 'tallystick/verifier/hono';

type Guarded = { Variables: { auth: AccessTokenClaims } };

export function createHonoApp(verifier: Verifier): Hono<Guarded> {
  const app = new Hono<Guarded>();
  app.get('/transfers', requireAccessToken(verifier, { scope: 'transfers' }), (context) =>
    context.json({ transfers: [], of: context.get('auth').sub }),
  );
  return app;
}
