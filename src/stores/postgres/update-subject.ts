/**
 * Acts on everything of one user: their record, their devices and their sessions, read and written in one transaction.
 */
import type { Decision, SubjectKey, SubjectState, SubjectUpdate, SubjectWrite } from '../store.ts';
import { readClock } from './clock.ts';
import type { Run } from './connection.ts';
import type { Tables } from './tables.ts';

/** Everything of a user. `run` has to see one moment. */
export async function readSubject(
  { users, devices, sessions }: Tables,
  run: Run,
  { subject, shardTag }: SubjectKey,
): Promise<SubjectState> {
  return {
    user: await users.get(run, subject),
    devices: await devices.ofSubject(run, subject),
    sessions: await sessions.ofSubject(run, subject, shardTag),
  };
}

/** Decides on everything of a user and writes what comes of it, in the transaction of `run`, which has the user's lock. */
export async function updateSubject<Result>(
  tables: Tables,
  run: Run,
  update: SubjectUpdate<Result>,
): Promise<Decision<SubjectWrite, Result>> {
  const state = await lockSubjectRows(tables, run, update);
  const decision = update.decide(state, await readClock(run));
  if (decision.write) await writeSubject(tables, run, update.subject, decision.write);
  return decision;
}

/** Sessions before devices, as in the sweep: who locks in one order never waits in a circle. */
async function lockSubjectRows(
  { users, devices, sessions }: Tables,
  run: Run,
  { subject, shardTag }: SubjectKey,
): Promise<SubjectState> {
  return {
    sessions: await sessions.lockOfSubject(run, subject, shardTag),
    devices: await devices.lockOfSubject(run, subject),
    user: await users.get(run, subject),
  };
}

async function writeSubject(
  { users, devices, sessions, revocations }: Tables,
  run: Run,
  subject: string,
  write: SubjectWrite,
): Promise<void> {
  if (write.user) await users.put(run, write.user);
  if (write.putDevices?.length) await devices.put(run, write.putDevices);
  if (write.removeDevices?.length) await devices.remove(run, subject, write.removeDevices);
  if (write.putSessions?.length) await sessions.put(run, write.putSessions);
  if (write.revocations?.length) await revocations.append(run, write.revocations);
}
