/**
 * How a session's row is written: a JSON array of its columns. The session id is not in it, since it is in the key.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import { rowEnd } from '../row-end.ts';

export type ColumnName = Exclude<keyof SessionRecord, 'sid'>;

/** The columns, in order. The scripts find them by name here. */
export const columnNames: readonly ColumnName[] = [
  'subject',
  'deviceId',
  'clientId',
  'scope',
  'authenticatedAt',
  'acr',
  'amr',
  'keyThumbprint',
  'generation',
  'branch',
  'parentBranch',
  'grandparentBranch',
  'changedAt',
  'aheadUntil',
  'remember',
  'inactivityEndsAt',
  'absoluteEndsAt',
  'revokedAt',
  'lastAddress',
  'lastAgent',
];

export function encodeRow(session: SessionRecord): string {
  return JSON.stringify(columnNames.map((name) => session[name]));
}

/** Only rows that `encodeRow` or a script wrote come here. */
export function decodeRow(sid: string, row: string): SessionRecord {
  const values: unknown[] = JSON.parse(row);
  return { sid, ...Object.fromEntries(columnNames.map((name, index) => [name, values[index]])) } as SessionRecord;
}

/** When Redis is to drop the row, as a script takes it: empty for never. */
export function droppedAt(session: SessionRecord): string {
  const end = rowEnd(session);
  return end === null ? '' : String(end);
}
