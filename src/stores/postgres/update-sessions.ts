/**
 * Acts on sessions. The plain rotation is tried first, many in one statement. Whatever it does not apply to goes the slow
 * way: the row is read and decided on; only if there is something to write it is read again, locked, decided on again, and
 * written in that transaction. So a storm of retries locks nothing.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import { createStoreClock } from '../../time/store-clock.ts';
import type { PlainUpdate, SessionUpdate, SessionWrite } from '../store.ts';
import { type Connection, patience, type Run } from './connection.ts';
import type { RevocationTable } from './revocations.ts';
import type { FoundSessions, SessionTable } from './sessions.ts';
import { createTurns } from './turns.ts';
import { createWriteGroup } from './write-group.ts';

export interface SessionUpdates {
  run<Result>(update: SessionUpdate<Result>): Promise<Result>;
  find(sid: string): Promise<SessionRecord | undefined>;
  /** Takes note of a reading of the engine's clock. Until the first one, no rotation is plain. */
  observe(now: number): void;
}

interface Parts {
  readonly connection: Connection;
  readonly sessions: SessionTable;
  readonly revocations: RevocationTable;
  /** Is called when a revocation has been committed. */
  readonly onRevocation: () => void;
}

/** A row as it was read or written, and when. */
interface Found {
  readonly session: SessionRecord | undefined;
  readonly now: number;
}

type Rotation = Pick<SessionUpdate<unknown>, 'sid'> & { readonly plain: PlainUpdate<unknown> };

export function createSessionUpdates({ connection, sessions, revocations, onRevocation }: Parts): SessionUpdates {
  const clock = createStoreClock();
  const observed = async (finding: Promise<FoundSessions>): Promise<FoundSessions> => {
    const found = await finding;
    if (found.now !== undefined) clock.observe(found.now);
    return found;
  };
  const rotations = createWriteGroup<Rotation, Found>(async (group) => {
    const wanted = group.filter(({ plain }) => plain.signal?.aborted !== true);
    const rows = wanted.map(({ sid, plain }) => ({ ...plain, sid }));
    return pick(group, await observed(sessions.rotate(connection.run, rows, clock.now() + patience)));
  });
  // Reads share their round trips in the same way.
  const reads = createWriteGroup<Pick<SessionUpdate<unknown>, 'sid'>, Found>(async (group) => {
    const sids = new Set(group.map(({ sid }) => sid));
    return pick(group, await observed(sessions.find(connection.run, [...sids])));
  });
  const rotating = new Map<string, Promise<Found>>();
  const takeTurn = createTurns();

  /** Gives the rotated row, or nothing where the rotation did not apply. */
  async function rotate(rotation: Rotation): Promise<Found | undefined> {
    const another = rotating.get(rotation.sid);
    if (another !== undefined) {
      // Each session once in a group. Those that come meanwhile find the row as it is after it.
      await another.catch(() => {});
      return undefined;
    }
    const mine = rotations(rotation);
    rotating.set(rotation.sid, mine);
    try {
      return await mine;
    } finally {
      rotating.delete(rotation.sid);
    }
  }

  async function decideAndWrite<Result>(run: Run, update: SessionUpdate<Result>) {
    const { session, now } = findIn(await observed(sessions.lock(run, update.sid)), update.sid);
    const decision = update.decide(session, now);
    if (decision.write) await write(run, session, decision.write);
    return decision;
  }

  async function write(run: Run, before: SessionRecord | undefined, { next, revocation }: SessionWrite): Promise<void> {
    // A row that is not there cannot be locked. If another server adds it meanwhile, this one's insert starts all over.
    await (before ? sessions.put(run, [next]) : sessions.insert(run, next));
    if (revocation) await revocations.append(run, [revocation]);
  }

  return {
    run: async (update) => {
      const { sid, plain } = update;
      const rotated = plain && (await rotate({ sid, plain }));
      if (plain && rotated?.session) return plain.conclude(rotated.session, rotated.now);
      const found = await reads(update);
      const first = update.decide(found.session, found.now);
      if (!first.write) return first.result;
      const decision = await takeTurn(sid, () => connection.transaction((run) => decideAndWrite(run, update)));
      if (decision.write?.revocation) onRevocation();
      return decision.result;
    },
    observe: clock.observe,
    find: async (sid) => (await reads({ sid })).session,
  };
}

function pick(group: readonly { readonly sid: string }[], found: FoundSessions): Found[] {
  return group.map(({ sid }) => findIn(found, sid));
}

function findIn({ rows, now = 0 }: FoundSessions, sid: string): Found {
  return { session: rows.get(sid), now };
}
