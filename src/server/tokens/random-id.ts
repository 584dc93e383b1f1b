/**
 * Ids that nobody can guess and no two of which are alike.
 */
import { randomFillSync } from 'node:crypto';

const length = 16;
/** The system is asked for so many at once: asking takes longer than the rest of an id, however little is asked for. */
const drawn: Buffer = Buffer.alloc(length * 256);
let used: number = drawn.length;

/** 128 random bits in base64url. */
export function randomId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += length;
  return drawn.toString('base64url', used - length, used);
}
