/**
 * Structured logs, one JSON object a line. Events hold no secrets, so they are logged as they are.
 */
import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import type { EventListener, Origin, TallystickEvent } from '../server/index.ts';

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

/** Logs to standard output, unless told where. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { from: shownOrigin } };
  return destination ? pino(options, destination) : pino(options);
}

/** JSON leaves some characters as they are that command a terminal, and anybody's browser may say them. */
function shownOrigin({ address, userAgent }: Origin): Origin {
  return { address, userAgent: userAgent.replace(/\p{C}/gu, '') };
}

/**
 * Logs every event, named by its type. Made-up tokens, which cost nobody anything to send, are told of once a second, with how
 * many more there were since.
 */
export function logEvents(log: Logger, monotonic: () => number = () => performance.now()): EventListener {
  const passGate = createFloodGate(monotonic);
  return (event) => {
    const level = levels[event.type] ?? 'info';
    if (!log.isLevelEnabled(level)) return;
    const { type, ...rest } = event;
    if (type !== 'refresh_refused' || event.sid !== undefined) {
      log[level]('error' in rest ? { ...rest, error: describe(rest.error) } : rest, type);
      return;
    }
    const untold = passGate();
    if (untold !== undefined) log[level]({ ...rest, untold }, type);
  };
}

/** Gives, once a second, how many times it was asked since it last gave anything; `undefined` in between. */
function createFloodGate(monotonic: () => number): () => number | undefined {
  let openedAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return () => {
    const now = monotonic();
    if (now - openedAt < 1_000) {
      untold += 1;
      return undefined;
    }
    const since = untold;
    [openedAt, untold] = [now, 0];
    return since;
  };
}

/** What went wrong, and what was behind it; no stack, which is for whoever debugs. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
