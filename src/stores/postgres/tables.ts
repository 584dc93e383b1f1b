/**
 * All the statements of a store, by table.
 */
import { type AttemptTable, prepareAttempts } from './attempts.ts';
import { prepareRemoveExpired, type RemoveExpired } from './expired.ts';
import { prepareRevocations, type RevocationTable } from './revocations.ts';
import { prepareSessions, type SessionTable } from './sessions.ts';
import { prepareSigningKeys, type SigningKeyTable } from './signing-keys.ts';
import { prepareSingleUses, type SingleUseTable } from './single-uses.ts';
import { type DeviceTable, prepareDevices, prepareUsers, type UserTable } from './subjects.ts';

export interface Tables {
  readonly users: UserTable;
  readonly devices: DeviceTable;
  readonly sessions: SessionTable;
  readonly signingKeys: SigningKeyTable;
  readonly revocations: RevocationTable;
  readonly singleUses: SingleUseTable;
  readonly attempts: AttemptTable;
  readonly removeExpired: RemoveExpired;
}

/** Makes them, for tables in `schema`. Nothing is asked of the database. */
export function prepareTables(schema: string): Tables {
  return {
    users: prepareUsers(schema),
    devices: prepareDevices(schema),
    sessions: prepareSessions(schema),
    signingKeys: prepareSigningKeys(schema),
    revocations: prepareRevocations(schema),
    singleUses: prepareSingleUses(schema),
    attempts: prepareAttempts(schema),
    removeExpired: prepareRemoveExpired(schema),
  };
}
