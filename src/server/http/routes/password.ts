/**
 * `POST /password`: a new password for a user of the built-in directory; their other sessions end.
 */
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { changePassword } from '../../operations/change-password.ts';
import { type Answer, empty } from '../answer.ts';
import { challenge } from '../challenge.ts';
import type { Exchange } from '../exchange.ts';
import { notFound, Problem, tooManyAttempts } from '../problem.ts';
import { fields, readJson } from '../read-input.ts';
import { accessTokenErrors, requireCaller, requireRecent } from '../require-caller.ts';
import type { Route } from '../route.ts';

const schema = z.object({ current_password: fields.password, new_password: fields.password });

export const password: Route = {
  method: 'POST',
  path: '/password',
  summary: 'Changes the password and ends the user’s other sessions. Not found where users are kept elsewhere.',
  credentials: ['access_token'],
  takes: { json: schema },
  gives: { 204: null },
  errors: [
    ...accessTokenErrors,
    'insufficient_user_authentication',
    'invalid_credentials',
    'invalid_password',
    'not_found',
    'too_many_attempts',
  ],
  handle,
};

async function handle(context: Context, exchange: Exchange): Promise<Answer> {
  const caller = await requireCaller(context, exchange);
  requireRecent(context, caller);
  const { user } = caller.state;
  if (!('directory' in context.users) || user?.username === undefined || user.username === null) {
    throw notFound('The passwords of these users are kept elsewhere.');
  }
  const input = await readJson(exchange, schema);
  const result = await changePassword(context, context.users.directory, {
    user,
    caller,
    currentPassword: input.current_password,
    newPassword: input.new_password,
    address: exchange.get('from').address,
  });
  if (result.kind === 'changed') return empty();
  if (result.kind === 'throttled') throw tooManyAttempts(result.retryAfterSeconds);
  if (result.kind === 'invalid_password') throw new Problem('invalid_password', { description: result.problem });
  throw new Problem('invalid_credentials', {
    description: 'The current password is wrong.',
    // A 401 says what was refused: here not the access token, which another one would not mend.
    headers: challenge(context, caller.keyThumbprint === undefined ? 'Bearer' : 'DPoP', {
      error: 'invalid_credentials',
    }),
  });
}
