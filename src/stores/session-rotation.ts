/**
 * A rotation of one session as an engine is told it.
 */
import type { PlainRotation } from '../session/plain-rotation.ts';
import type { SessionRecord } from '../session/session-record.ts';

/** A plain rotation of one session, with what is written beside it. */
export type SessionRotation = PlainRotation & Pick<SessionRecord, 'sid' | 'lastAddress' | 'lastAgent'>;
