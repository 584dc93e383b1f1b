/**
 * What happened to the session, for whoever asks "why was I signed out?". In memory, the last entries only, without anything secret.
 */

export interface HistoryEntry {
  /** Milliseconds by this machine's wall clock. */
  readonly at: number;
  readonly what:
    | 'resumed'
    | 'signed-in'
    /** This tab refreshed. */
    | 'refreshed'
    /** Another tab did, or signed in. */
    | 'adopted'
    /** A refresh was answered by nobody, or put off by the server. */
    | 'unavailable'
    | 'parked'
    | 'repeated'
    | 'left';
  /** A reason or a method: never a token. */
  readonly detail?: string | undefined;
}

const length = 100;

export interface History {
  readonly note: (what: HistoryEntry['what'], detail?: string) => void;
  readonly entries: () => readonly HistoryEntry[];
}

export function createHistory(wall: () => number): History {
  let entries: readonly HistoryEntry[] = [];
  return {
    note(what, detail) {
      entries = [...entries, { at: wall(), what, detail }].slice(-length);
    },
    entries: () => entries,
  };
}
