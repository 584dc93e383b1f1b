/**
 * How long the other operations take on a store with many sessions, one after the other, with the library in this process:
 * no HTTP and no password is in these figures.
 */
import type { Tallystick } from '../../src/server/index.ts';
import type { Store } from '../../src/stores/store.ts';
import type { RowPlan } from './plan-rows.ts';

/** Milliseconds of one operation, the median of many; of the clean-up, of one step. */
export interface OperationTimes {
  readonly 'sign in': number[];
  readonly 'list devices': number[];
  readonly 'remove a device': number[];
  readonly 'sign out everywhere, 100 devices': number[];
  readonly 'clean-up, a step': number[];
}

const times = 50;
const devicesOfOneUser = 100;
const rowsOfStep = 1_000;

export async function timeOperations(auth: Tallystick, store: Store, plan: RowPlan): Promise<OperationTimes> {
  const subjects = plan.spareSubjects(times);
  const forEach = (act: (subject: string) => Promise<unknown>) =>
    timeEach(subjects.map((subject) => () => act(subject)));
  return {
    'sign in': await forEach((subject) => auth.createSession({ subject })),
    'list devices': await forEach((subject) => auth.listDevices(subject)),
    'remove a device': await forEach(async (subject) => {
      const [device] = await auth.listDevices(subject);
      return auth.removeDevice(subject, device?.id ?? '');
    }),
    'sign out everywhere, 100 devices': await timeSignOuts(auth),
    'clean-up, a step': await timeEach(Array.from({ length: times }, () => () => store.removeExpired(rowsOfStep))),
  };
}

async function timeSignOuts(auth: Tallystick): Promise<number[]> {
  const subjects = ['one-of-many-devices', 'another-of-many-devices', 'a-third-of-many-devices'];
  for (const subject of subjects) {
    for (let device = 0; device < devicesOfOneUser; device += 1) await auth.createSession({ subject });
  }
  return timeEach(subjects.map((subject) => () => auth.revokeSessions(subject)));
}

async function timeEach(acts: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const found: number[] = [];
  for (const act of acts) {
    const startedAt = performance.now();
    await act();
    found.push(performance.now() - startedAt);
  }
  return found;
}
