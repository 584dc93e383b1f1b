/**
 * What a host may say of a session that it starts. What comes over the wire has been checked on its way in.
 */
import { z } from 'zod';
import { isClientId } from '../../protocol/client-id.ts';
import { isScope } from '../../protocol/scope.ts';
import { userShape } from '../authenticate.ts';
import type { CreateSessionInput } from './create-session.ts';

const schema = z.object({
  ...userShape,
  clientId: z.string().refine(isClientId, 'not a client id').optional(),
  scope: z.literal('').or(z.string().refine(isScope, 'not a scope')).optional(),
});

/** Throws a `TypeError` that names the member where one could not be put into a token. Unknown members are not looked at. */
export function checkSessionInput(input: CreateSessionInput): void {
  const parsed = schema.safeParse(input);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new TypeError(`${issue?.path.join('.')}: ${issue?.message}`);
}
