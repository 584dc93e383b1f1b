/**
 * The refresh of a session that is known by its token alone, or moves between the modes: decided on everything that is held
 * of its user. The everyday refresh of a stateless session reads that, and writes nothing.
 */
import { laterEnd } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Decision, SessionWrite, SubjectState, SubjectWrite } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import { allowsBearerRefresh } from '../options.ts';
import { answersStateless } from '../tokens/refresh-tokens.ts';
import { describedDevice } from './described-device.ts';
import { type DecidedRefresh, decideOnSession, type RefreshRequest } from './refresh-update.ts';
import { isMark, startOf } from './session-mark.ts';
import { isAtHome, isStanding } from './standing.ts';

type Decided = Decision<SubjectWrite, DecidedRefresh>;

/** Whether a refresh needs more than the session's row. */
export function needsSubject({ settings }: Context, { token }: RefreshRequest): boolean {
  return token.session !== undefined || settings.mode === 'stateless';
}

/** Decides, and writes what was decided. */
export async function refreshOnSubject(context: Context, request: RefreshRequest): Promise<DecidedRefresh> {
  const { store } = context;
  const { sid, session = (await store.findSessions([sid]))[0] } = request.token;
  const key = session && context.subjectKey(session.subject);
  if (key === undefined || !isAtHome(sid, key)) return { kind: 'unknown' };
  const decide = (state: SubjectState, now: number) => decideOnSubject(context, request, state, now);
  const seen = decide(await store.findSubject(key), context.clock.now());
  return isSettled(seen) ? seen.result : store.updateSubject({ ...key, decide });
}

/** Whether it changes nothing and depends on no other moment than that of the read. */
function isSettled({ write, result }: Decided): boolean {
  if (write !== undefined) return false;
  return result.kind !== 'decided' || (result.outcome.kind !== 'retry' && result.outcome.kind !== 'unavailable');
}

function decideOnSubject(context: Context, request: RefreshRequest, state: SubjectState, now: number): Decided {
  const { sid, session: told } = request.token;
  const row = state.sessions.find((found) => found.sid === sid);
  const session = currentSession(row, told);
  if (session === undefined) return { result: { kind: 'unknown' } };
  if (!isStanding(context, state, sid, now)) return { result: refused(session, 'revoked', now) };
  if (told && !mayBePresented(context, told)) return { result: refused(session, 'bearer', now) };
  const { write, result } = decideOnSession(context, request, session, now);
  const isGranted = result.kind === 'decided' && 'successor' in result.outcome;
  return {
    write: isGranted || write ? subjectWrite(context, request, { state, row, session, write }) : undefined,
    result,
  };
}

function refused(session: SessionRecord, reason: 'revoked' | 'bearer', now: number): DecidedRefresh {
  return { kind: 'decided', outcome: { kind: 'refused', reason }, session, now };
}

/** A stateless token may not do without a key where that was not asked for by name; a stored mode takes it over. */
function mayBePresented({ settings }: Context, { keyThumbprint }: SessionRecord): boolean {
  return keyThumbprint !== null || allowsBearerRefresh(settings);
}

/**
 * The session as the row and the token tell it together. The row knows where it stands and whether it has ended, the token
 * how far its inactivity end has moved since.
 */
export function currentSession(
  row: SessionRecord | undefined,
  told: SessionRecord | undefined,
): SessionRecord | undefined {
  if (told === undefined) return row && isMark(row) ? undefined : row;
  if (row === undefined) return told;
  if (isMark(row)) return { ...told, revokedAt: row.revokedAt };
  return {
    ...row,
    keyThumbprint: row.keyThumbprint ?? told.keyThumbprint,
    inactivityEndsAt: laterEnd(row.inactivityEndsAt, told.inactivityEndsAt),
  };
}

interface Found {
  readonly state: SubjectState;
  readonly row: SessionRecord | undefined;
  readonly session: SessionRecord;
  readonly write: SessionWrite | undefined;
}

function subjectWrite(
  { settings }: Context,
  { from }: RefreshRequest,
  { state, row, session, write }: Found,
): SubjectWrite | undefined {
  const next = write?.next ?? row;
  if (next === undefined) return undefined;
  const put = answersStateless(settings, session) ? keptRow(state, next) : next;
  if (put === row) return undefined;
  const isListed = isMark(put) || state.devices.some(({ id }) => id === put.deviceId);
  return {
    putDevices: isListed ? [] : [describedDevice(put, from)],
    putSessions: [put],
    revocations: write?.revocation ? [write.revocation] : [],
  };
}

/**
 * The row of a session whose tokens are stateless from now on does not hear of its refreshes. Where it is all that tells
 * that the session outlives its user's not-before, it has to last as long as the session may.
 */
function keptRow({ user }: SubjectState, row: SessionRecord): SessionRecord {
  const outlives = row.revokedAt === null && startOf(row.sid) < (user?.notBefore ?? 0);
  return outlives && row.inactivityEndsAt !== null ? { ...row, inactivityEndsAt: null } : row;
}
