/**
 * An API on Express.
 */
import express, { type Application } from 'express';
import type { AccessTokenClaims, Verifier } from 'tallystick/verifier';
import { requireAccessToken } from 'tallystick/verifier/express';

declare global {
  namespace Express {
    interface Request {
      auth?: AccessTokenClaims;
    }
  }
}

export function createExpressApp(verifier: Verifier): Application {
  const app = express();
  app.get('/transfers', requireAccessToken(verifier, { scope: 'transfers' }), (request, response) => {
    response.json({ transfers: [], of: request.auth?.sub });
  });
  return app;
}
