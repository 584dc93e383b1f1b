/**
 * Structured logs, one JSON object a line. Events hold no secrets, so they are logged as they are.
 */
import { type Level, type Logger, pino } from 'pino';
import type { EventListener, TallystickEvent } from '../server/index.ts';

/** Events that somebody should look at; the others are everyday. */
const levels: Readonly<Partial<Record<TallystickEvent['type'], Level>>> = {
  session_refreshed: 'debug',
  refresh_replayed: 'warn',
  refresh_ahead: 'warn',
  refresh_elsewhere: 'warn',
  refresh_wrong_key: 'warn',
  warning: 'warn',
  fault: 'error',
};

export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Logs every event, named by its type. */
export function logEvents(log: Logger): EventListener {
  return (event) => {
    const level = levels[event.type] ?? 'info';
    if (!log.isLevelEnabled(level)) return;
    const { type, ...rest } = event;
    const fields = 'error' in rest ? { ...rest, error: describe(rest.error) } : rest;
    log[level](fields, type);
  };
}

/** What went wrong, and what was behind it; no stack, which is for whoever debugs. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
