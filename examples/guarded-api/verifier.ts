/**
 * One verifier for a whole API: made once, when the API starts.
 */
import { createVerifier, type Verifier } from 'tallystick/verifier';

export function createApiVerifier(feedSecret: string): Verifier {
  return createVerifier({
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com',
    feed: { secret: feedSecret },
    onEvent: (event) => console.log(event.type),
  });
}
