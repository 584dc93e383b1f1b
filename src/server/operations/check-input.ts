/**
 * What a host may say to the operations that it calls as functions. What comes over the wire has been checked on its way in.
 * Each throws a `TypeError` that names the member. Unknown members are not looked at.
 */
import { z } from 'zod';
import { isClientId } from '../../protocol/client-id.ts';
import { isScope } from '../../protocol/scope.ts';
import { isThumbprint } from '../../protocol/thumbprint.ts';
import { keptText, userShape } from '../authenticate.ts';
import type { DeviceChange } from './change-device.ts';
import type { RefreshInput } from './refresh.ts';
import type { CreateSessionInput } from './session-request.ts';
import type { SetPasswordInput } from './set-password.ts';
import type { SignInInput } from './sign-in.ts';
import type { VerifyProofInput } from './verify-proof.ts';

const notAProof = 'not what verifyProof gave as its proof';

const proof = z.object(
  {
    keyThumbprint: z.string(notAProof).refine(isThumbprint, notAProof),
    use: z.object({ key: z.string().max(128), until: z.number() }, notAProof).optional(),
  },
  notAProof,
);

const common = {
  deadline: z.number().optional(),
  proof: proof.optional(),
  from: z.object({ address: keptText.optional(), userAgent: keptText.optional() }).optional(),
};

const ofSession = {
  ...common,
  clientId: z.string().refine(isClientId, 'not a client id').optional(),
  scope: z.literal('').or(z.string().refine(isScope, 'not a scope')).optional(),
  remember: z.boolean().optional(),
  deviceName: keptText.optional(),
  refreshTokens: z.array(z.string()).optional(),
};

const session = z.object({ ...ofSession, ...userShape });
const signIn = z.object({ ...ofSession, username: z.string(), password: z.string() });
const refresh = z.object({
  ...common,
  refreshToken: z.string(),
  clientId: z.string().optional(),
  scope: z.string().optional(),
  isClientAuthenticated: z.boolean().optional(),
  delivery: z.enum(['body', 'cookie']).optional(),
});
const deviceChange = z.object({ name: keptText.optional(), signOut: z.boolean().optional() });
const name = keptText.min(1);
const newPassword = z.object({ subject: name, password: z.string() });
const named = z.record(z.string(), name);
const namedOrNot = z.record(z.string(), name.optional());
const proofInput = z.object({ proof: z.string(), method: z.string().min(1), url: z.string() });

export function checkSessionInput(input: CreateSessionInput): void {
  check(session, input);
}

export function checkSignInInput(input: SignInInput): void {
  check(signIn, input);
}

export function checkRefreshInput(input: RefreshInput): void {
  check(refresh, input);
}

/** Whether the password will do is the policy's to say. */
export function checkSetPasswordInput(input: SetPasswordInput): void {
  check(newPassword, input);
}

export function checkDeviceChange(change: DeviceChange): void {
  check(deviceChange, change);
}

/**
 * Checks arguments that name a user, a session or a device: that they could name any. Ending what nobody has is no mistake, but a
 * host that has lost a name would believe that something has ended.
 */
export function checkNames(names: Readonly<Record<string, unknown>>, optional: typeof names = {}): void {
  check(named, names);
  check(namedOrNot, optional);
}

export function checkProofInput(input: VerifyProofInput): void {
  check(proofInput, input);
}

function check(schema: z.ZodType, input: unknown): void {
  const parsed = schema.safeParse(input);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new TypeError(`${issue?.path.join('.') || 'input'}: ${issue?.message}`);
}
