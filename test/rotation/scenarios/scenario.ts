/**
 * The format of a scenario: a sequence of presentations with times and expected outcomes that any implementation could run.
 * `README.md` beside this file explains it to people. Reading one checks its shape and nothing else.
 */
import { z } from 'zod';

/** The limits of the session, in seconds; 0 stands for "never", or "none". */
export interface ScenarioLimits {
  readonly retry_window_seconds: number;
  readonly may_lose_seconds: number;
  readonly inactivity_timeout_seconds: number;
  readonly absolute_lifetime_seconds: number;
  readonly key_bound: boolean;
}

/** A token is presented. Tokens go by labels; `first` is the one of the sign-in. */
export interface Presentation {
  /** Seconds since the sign-in. */
  readonly at: number;
  readonly present: string;
  readonly delivery: 'body' | 'cookie';
  /** Whether a proof by the session's key comes with it. Matters in key-bound sessions only. */
  readonly with_key: boolean;
  readonly same_client: boolean;
  /** The moment past which the sender no longer waits, in seconds since the sign-in. */
  readonly deadline?: number | undefined;
  /** `answer`: a token; with a label that is known, that very token, else a new one that gets this label. */
  readonly expect: { readonly answer: string } | 'refused' | 'try_again';
  /** Whether the session is live afterwards, or was ended by somebody. */
  readonly session: 'live' | 'ended';
  /** What Tallystick calls it. Another implementation need not. */
  readonly how?: string | undefined;
}

/** Something else happens: a sign-out, a failover that undoes the last writes, a jump of the store's clock. */
export type Happening =
  | { readonly at: number; readonly event: 'sign_out' }
  | { readonly at: number; readonly event: 'lose_writes'; readonly count: number }
  | { readonly at: number; readonly event: 'clock_jump'; readonly seconds: number };

export interface Scenario {
  readonly title: string;
  readonly about: string;
  readonly limits: ScenarioLimits;
  readonly steps: readonly (Presentation | Happening)[];
}

const label = z.string().regex(/^[a-z0-9 ]+$/);

const limits: z.ZodType<ScenarioLimits> = z.strictObject({
  retry_window_seconds: z.number(),
  may_lose_seconds: z.number().default(0),
  inactivity_timeout_seconds: z.number().default(0),
  absolute_lifetime_seconds: z.number().default(0),
  key_bound: z.boolean().default(false),
});

const presentation: z.ZodType<Presentation> = z.strictObject({
  at: z.number(),
  present: label,
  delivery: z.enum(['body', 'cookie']).default('body'),
  with_key: z.boolean().default(true),
  same_client: z.boolean().default(true),
  deadline: z.number().optional(),
  expect: z.union([z.strictObject({ answer: label }), z.enum(['refused', 'try_again'])]),
  session: z.enum(['live', 'ended']).default('live'),
  how: z.string().optional(),
});

const happening: z.ZodType<Happening> = z.discriminatedUnion('event', [
  z.strictObject({ at: z.number(), event: z.literal('sign_out') }),
  z.strictObject({ at: z.number(), event: z.literal('lose_writes'), count: z.int().positive() }),
  z.strictObject({ at: z.number(), event: z.literal('clock_jump'), seconds: z.number() }),
]);

const scenario: z.ZodType<Scenario> = z.strictObject({
  title: z.string(),
  about: z.string(),
  limits,
  steps: z.array(z.union([presentation, happening])),
});

/** Reads a scenario from the value of a JSON file; throws where it is not one. */
export function parseScenario(value: unknown): Scenario {
  return scenario.parse(value);
}
