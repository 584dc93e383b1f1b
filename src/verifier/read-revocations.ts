/**
 * Reads what the feed sends (`RevocationsResponse`), which is trusted to be the server's, not to be well made.
 */
import type { RevocationEntry, RevocationsResponse } from '../protocol/wire.ts';

/** Reads JSON text, or gives `undefined` where it is no message of the feed. */
export function readRevocations(text: string): RevocationsResponse | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isResponse(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isResponse(value: unknown): value is RevocationsResponse {
  if (!isObject(value) || typeof value.cursor !== 'string' || typeof value.reset !== 'boolean') return false;
  return isWhole(value.head_read_at) && Array.isArray(value.entries) && value.entries.every(isEntry);
}

function isEntry(value: unknown): value is RevocationEntry {
  if (!isObject(value) || !isWhole(value.position)) return false;
  if ('sid' in value) return typeof value.sid === 'string';
  const isExceptFine = value.except === undefined || typeof value.except === 'string';
  return typeof value.sub === 'string' && isWhole(value.before) && isExceptFine;
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
