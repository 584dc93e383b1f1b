/**
 * Asks whether an attempt may go on: this process first, which knows of most that may not, then the store.
 */
import { randomBytes } from 'node:crypto';
import type { AttemptAdmission, AttemptEnd, Store } from '../../stores/store.ts';
import type { AttemptLimit } from './attempt-limits.ts';
import type { AttemptsHere, Look } from './attempts-here.ts';

export type Outcome = AttemptEnd['outcome'];

export type Admission =
  /** `leave` is to be called once it is known what the attempt came to; it rejects where the store could not be told. */
  { readonly kind: 'admitted'; readonly leave: (outcome: Outcome) => Promise<void> } | Exclude<Look, { kind: 'open' }>;

/** Where attempts are counted, and whether. */
export interface Counters {
  readonly store: Pick<Store, 'startAttempts' | 'endAttempts'>;
  readonly here: AttemptsHere;
  /**
   * Throws where there would be nobody to check one more. Then it costs the store nothing; but what begins at the same moment is
   * not seen yet, so of one burst some are counted, and withdrawn when there is no room for them after all.
   */
  readonly assertRoom: () => void;
}

/** Longer, in milliseconds, than any check takes. For so long an attempt counts whose process has died. */
const heldFor = 30_000;

/** Rejects where there is no room, or the store cannot say. */
export async function admitAttempt(
  { store, here, assertRoom }: Counters,
  limits: readonly AttemptLimit[],
): Promise<Admission> {
  const seen = here.look(limits);
  if (seen.kind !== 'open') return seen;
  assertRoom();
  const leaveHere = here.enter(limits);
  const id = randomBytes(9).toString('base64url');
  let told: readonly AttemptAdmission[];
  try {
    told = await start(store, limits, id);
  } catch (error) {
    leaveHere();
    throw error;
  }
  if (told.every(isAdmitted)) {
    return { kind: 'admitted', leave: (outcome) => end(store, limits, id, outcome).finally(leaveHere) };
  }
  leaveHere();
  return remember(here, limits, told);
}

/** Starts it under all limits or, where one of them does not admit it, under none. */
async function start(
  store: Counters['store'],
  limits: readonly AttemptLimit[],
  id: string,
): Promise<readonly AttemptAdmission[]> {
  const told = await store.startAttempts(limits.map(({ key, most }) => ({ key, id, limit: most, heldFor })));
  const held = limits.filter((_, index) => isAdmitted(told[index]));
  if (held.length > 0 && held.length < limits.length) await end(store, held, id, 'withdrawn');
  return told;
}

async function end(
  store: Counters['store'],
  limits: readonly AttemptLimit[],
  id: string,
  outcome: Outcome,
): Promise<void> {
  await store.endAttempts(
    limits.map(({ key, period, forgivenBySuccess }) => {
      const isKept = outcome === 'passed' && !forgivenBySuccess;
      return { key, id, outcome: isKept ? 'withdrawn' : outcome, countedFor: period };
    }),
  );
}

/** So that those who come next need not ask the store. */
function remember(
  here: AttemptsHere,
  limits: readonly AttemptLimit[],
  told: readonly AttemptAdmission[],
): Exclude<Look, { kind: 'open' }> {
  let retryAfter = 0;
  const crowds: Promise<void>[] = [];
  for (const [index, { key }] of limits.entries()) {
    const admission = told[index];
    if (admission?.kind === 'crowded') crowds.push(here.crowd(key));
    if (admission?.kind !== 'refused') continue;
    here.refuse(key, admission.retryAfter);
    retryAfter = Math.max(retryAfter, admission.retryAfter);
  }
  return retryAfter > 0 ? { kind: 'refused', retryAfter } : { kind: 'crowded', until: Promise.race(crowds) };
}

function isAdmitted(admission: AttemptAdmission | undefined): boolean {
  return admission?.kind === 'admitted';
}
