/**
 * Rotations that come as data. Whether a store writes them in one statement or asks `decide`, what is written must be what
 * the rule says, so each case is held against the rule itself.
 */
import assert from 'node:assert/strict';
import { decideRefresh, type PresentedToken } from '../../session/decide-refresh.ts';
import { sessionEnd } from '../../session/expiry.ts';
import { plainRotation } from '../../session/plain-rotation.ts';
import type { SessionPolicy } from '../../session/session-policy.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { SessionUpdate, Store } from '../store.ts';
import { range, readSession, writeSubject } from './acts.ts';
import type { CaseDefinition } from './conformance-case.ts';
import { sampleSession, sampleSubject } from './sample-records.ts';

const hour = 3_600_000;
const policy: SessionPolicy = {
  retryWindow: 30_000,
  mayLose: 0,
  inactivityTimeout: 24 * hour,
  absoluteLifetime: null,
};

interface Told {
  /** The row as it was written, or as it was left; absent where there was none any more. */
  readonly row: SessionRecord | undefined;
  readonly now: number;
  readonly wasPlain: boolean;
}

/** A refresh as the server sends it: the rotation as data, and the rule for everything else. */
function refreshing(
  { sid }: SessionRecord,
  presented: PresentedToken,
  { limits = policy, signal }: { readonly limits?: SessionPolicy; readonly signal?: AbortSignal } = {},
): SessionUpdate<Told> {
  const from = { lastAddress: '198.51.100.9', lastAgent: 'plain1' };
  return {
    sid,
    plain: {
      ...plainRotation(presented, limits),
      ...from,
      signal,
      conclude: (row, now) => ({ row, now, wasPlain: true }),
    },
    decide: (session, now) => {
      if (session === undefined) return { result: { row: session, now, wasPlain: false } };
      const outcome = signal?.aborted ? undefined : decideRefresh(session, presented, now, limits);
      const row = outcome && 'next' in outcome ? { ...outcome.next, ...from } : session;
      return { write: row === session ? undefined : { next: row }, result: { row, now, wasPlain: false } };
    },
  };
}

/** A row and a token, and what the rule says to them. */
interface Variation {
  readonly name: string;
  readonly rotates: boolean;
  row?(now: number): Partial<SessionRecord>;
  readonly token?: Partial<PresentedToken>;
  readonly limits?: Partial<SessionPolicy>;
}

const at: PresentedToken = { generation: 5, branch: 1 };
const outside = (now: number) => ({ changedAt: now - hour });

const variations: readonly Variation[] = [
  { name: 'a token at the newest branch', rotates: true, token: { branch: 2 } },
  { name: 'a token at an older branch', rotates: true, token: { branch: 0 } },
  { name: 'a session that was never refreshed', rotates: true, row: () => ({ changedAt: null, parentBranch: null }) },
  { name: 'a session without ends', rotates: true, row: () => ({ inactivityEndsAt: null, absoluteEndsAt: null }) },
  { name: 'no inactivity timeout', rotates: true, limits: { inactivityTimeout: null } },
  { name: 'a retry window of 0', rotates: true, limits: { retryWindow: 0 }, row: (now) => ({ changedAt: now }) },
  { name: 'the session’s own client', rotates: true, token: { clientId: 'app' } },
  {
    name: 'the session’s own key',
    rotates: true,
    row: () => ({ keyThumbprint: 'key' }),
    token: { keyThumbprint: 'key' },
  },
  { name: 'a key the session is not bound to', rotates: true, token: { keyThumbprint: 'key' } },
  { name: 'a deadline that is to come', rotates: true, token: { deadline: Number.MAX_SAFE_INTEGER } },
  { name: 'a change long in the future', rotates: true, row: (now) => ({ changedAt: now + hour }) },
  { name: 'a token inside the retry window', rotates: false, row: (now) => ({ changedAt: now - 1 }) },
  { name: 'a token of the generation before', rotates: false, token: { generation: 4 } },
  { name: 'a token of a generation to come', rotates: false, token: { generation: 6 } },
  { name: 'a token of a branch to come', rotates: false, token: { branch: 3 } },
  { name: 'a revoked session', rotates: false, row: (now) => ({ revokedAt: now - 1 }) },
  { name: 'a session past its inactivity end', rotates: false, row: (now) => ({ inactivityEndsAt: now - hour }) },
  { name: 'a session past its absolute end', rotates: false, row: (now) => ({ absoluteEndsAt: now - hour }) },
  { name: 'another client', rotates: false, token: { clientId: 'other' } },
  { name: 'another key', rotates: false, row: () => ({ keyThumbprint: 'key' }), token: { keyThumbprint: 'other' } },
  { name: 'no key for a key-bound session', rotates: false, row: () => ({ keyThumbprint: 'key' }) },
  { name: 'a deadline that is past', rotates: false, token: { deadline: 1 } },
];

async function placeSession(store: Store, changes: (now: number) => Partial<SessionRecord>): Promise<SessionRecord> {
  const key = sampleSubject();
  const now = await store.checkHealth();
  const session = sampleSession(key, now, {
    generation: 5,
    branch: 2,
    parentBranch: 4,
    grandparentBranch: 6,
    clientId: 'app',
    keyThumbprint: null,
    aheadUntil: null,
    ...outside(now),
    ...changes(now),
  });
  await writeSubject(store, key, { putSessions: [session] });
  return session;
}

async function check(store: Store, { row = () => ({}), token, limits, rotates }: Variation): Promise<void> {
  const session = await placeSession(store, row);
  const presented = { ...at, ...token };
  const inForce = { ...policy, ...limits };
  const [told] = await store.updateSessions([refreshing(session, presented, { limits: inForce })]);
  assert.ok(told);
  const outcome = decideRefresh(session, presented, told.now, inForce);
  assert.equal(outcome.kind === 'rotate', rotates, 'the case is what its name says');
  // An engine may drop a row at its very end; the sweep's cases see to it that nothing goes before.
  const isOver = (sessionEnd(session) ?? told.now) < told.now;
  if (isOver && told.row === undefined) return assert.deepEqual(await store.findSessions([session.sid]), [undefined]);
  const changed = 'next' in outcome ? { ...outcome.next, lastAddress: '198.51.100.9', lastAgent: 'plain1' } : session;
  assert.deepEqual(await readSession(store, session.sid), changed, 'the row is as the rule says');
  assert.deepEqual(told.row, changed, 'and so is the answer');
  assert.ok(rotates || !told.wasPlain, 'what is no rotation is asked about');
}

export const plainRotationCases: readonly CaseDefinition[] = [
  ...variations.map((variation) => ({
    name: `${variation.rotates ? 'rotates' : 'does not take for a rotation'}: ${variation.name}`,
    run: ({ store }: { readonly store: Store }) => check(store, variation),
  })),
  {
    name: 'asks about a rotation whose session it does not know',
    run: async ({ store }) => {
      const unknown = sampleSession(sampleSubject(), await store.checkHealth());
      const { plain } = refreshing(unknown, at);
      const asked = { row: unknown, now: 0, wasPlain: false };
      const [told] = await store.updateSessions([{ sid: unknown.sid, plain, decide: () => ({ result: asked }) }]);
      assert.deepEqual(told, asked);
      assert.deepEqual(await store.findSessions([unknown.sid]), [undefined]);
    },
  },
  {
    name: 'writes no rotation whose sender has hung up',
    run: async ({ store }) => {
      const session = await placeSession(store, () => ({}));
      const [told] = await store.updateSessions([refreshing(session, at, { signal: AbortSignal.abort() })]);
      assert.equal(told?.wasPlain, false);
      assert.deepEqual(await readSession(store, session.sid), session);
    },
  },
  {
    name: 'lets one of a hundred concurrent rotations of one token happen',
    run: async ({ store }) => {
      const session = await placeSession(store, () => ({}));
      const told = await Promise.all(range(100).map(() => store.updateSessions([refreshing(session, at)])));
      const row = await readSession(store, session.sid);
      assert.deepEqual([row.generation, row.branch], [6, 0]);
      for (const [each] of told) assert.deepEqual(each?.row, row, 'each was told of the one successor');
    },
  },
  {
    name: 'keeps rotations of many sessions in one call apart, among other acts',
    run: async ({ store }) => {
      const sessions = await Promise.all(range(20).map(() => placeSession(store, () => ({}))));
      const updates = sessions.map((session, index) =>
        index % 2 ? refreshing(session, at) : { ...refreshing(session, at), plain: undefined },
      );
      const told = await store.updateSessions(updates);
      const rows = await store.findSessions(sessions.map(({ sid }) => sid));
      assert.deepEqual(
        told.map(({ row }) => row),
        rows,
      );
      assert.ok(rows.every((row) => row?.generation === 6));
    },
  },
];
