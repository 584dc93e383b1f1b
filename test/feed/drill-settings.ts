/**
 * What the drills' server and its verifiers have to agree about.
 */
import { createHash } from 'node:crypto';

export const feedSecret = 'the-secret-of-the-feed-in-these-drills';

const clientSecret = 'the secret of the API in these drills';

/** The API, as a client that may ask about tokens. */
export const drillClient: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly secretSha256: string;
} = { clientId: 'api', clientSecret, secretSha256: createHash('sha256').update(clientSecret).digest('hex') };

/** From here on a fast clock runs fast, in every process alike. */
const epoch = Date.UTC(2026, 0, 1);

export function createFastClock(speed: number): () => number {
  return () => epoch + (Date.now() - epoch) * speed;
}
