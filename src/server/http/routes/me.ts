/**
 * `GET /me`: who is signed in, in which session, on which device.
 */
import type { MeResponse } from '../../../protocol/wire.ts';
import { sessionEnd } from '../../../session/expiry.ts';
import type { SessionRecord } from '../../../session/session-record.ts';
import type { Context } from '../../context.ts';
import { deviceView } from '../../operations/device-view.ts';
import { toSeconds } from '../../operations/issue-tokens.ts';
import { type Answer, json } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { meResponse } from '../openapi/answers.ts';
import { accessTokenErrors, requireCaller } from '../require-caller.ts';
import type { Route } from '../route.ts';

export const me: Route = {
  method: 'GET',
  path: '/me',
  summary: 'Who is signed in, in which session, on which device.',
  credentials: ['access_token'],
  gives: { 200: meResponse },
  errors: accessTokenErrors,
  handle,
};

async function handle(context: Context, exchange: Exchange): Promise<Answer> {
  const { subject, sid, authenticatedAt, clientId, scope, stored, state } = await requireCaller(context, exchange);
  const body: MeResponse = {
    sub: subject,
    ...(state.user?.username ? { username: state.user.username } : {}),
    session: {
      sid,
      auth_time: authenticatedAt,
      client_id: clientId,
      ...(scope === undefined ? {} : { scope }),
      ...(stored && endsOf(stored.session)),
    },
    ...(stored && { device: deviceView(stored.device, state.sessions, context.clock.now(), sid) }),
  };
  return json(body);
}

function endsOf(session: SessionRecord) {
  return {
    refresh_token_expires_at: toSeconds(sessionEnd(session)),
    session_ends_at: toSeconds(session.absoluteEndsAt),
  };
}
