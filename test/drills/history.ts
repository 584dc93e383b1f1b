/**
 * What was asked and answered in a run against real servers, and the properties it is judged by. They are the rotation
 * rule's, as far as someone outside the server can see them.
 */

export interface Position {
  readonly generation: number;
  readonly branch: number;
}

/** One refresh as its sender saw it. Times are milliseconds of the sender's monotonic clock. */
export interface Refresh {
  readonly sid: string;
  readonly presented: Position;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Absent where no answer came. */
  readonly status: number | undefined;
  readonly outcome: string | undefined;
  readonly got: Position | undefined;
}

/** A session whose end was acknowledged. */
export interface End {
  readonly sid: string;
  readonly acknowledgedAt: number;
}

export interface History {
  readonly refreshes: Refresh[];
  readonly ends: End[];
}

export function createHistory(): History {
  return { refreshes: [], ends: [] };
}

/**
 * Every broken property, in words; empty where the history is as promised. A rotation that the engine has lost
 * (`losesWrites`) may be made again, so that there may be two.
 */
export function judge(
  history: History,
  { losesWrites = false }: { readonly losesWrites?: boolean } = {},
): readonly string[] {
  const lineages = losesWrites ? [] : severalLineages(history);
  return [...lineages, ...refreshedAfterEnd(history), ...otherAnswers(history)];
}

/** *One lineage*: a generation is reached by one rotation, and a branch made by one rebranch. */
function severalLineages({ refreshes }: History): readonly string[] {
  const makers = new Map<string, Refresh>();
  return refreshes.flatMap((refresh) => {
    const { sid, got, outcome } = refresh;
    if (got === undefined || (outcome !== 'rotate' && outcome !== 'rebranch' && outcome !== 'ahead')) return [];
    const name = `${sid} (${got.generation}, ${got.branch})`;
    const other = makers.get(name);
    makers.set(name, refresh);
    return other ? [`${name} was made twice, by ${describe(other)} and ${describe(refresh)}`] : [];
  });
}

/** *Ended is ended*: nothing that was sent after the end was acknowledged is answered with tokens. */
function refreshedAfterEnd({ refreshes, ends }: History): readonly string[] {
  const endOf = new Map(ends.map(({ sid, acknowledgedAt }) => [sid, acknowledgedAt]));
  return refreshes
    .filter(({ sid, startedAt, status }) => status === 200 && startedAt > (endOf.get(sid) ?? Number.POSITIVE_INFINITY))
    .map((refresh) => `${refresh.sid} was refreshed after its end by ${describe(refresh)}`);
}

/** A fault of the server is 503 and nothing else. */
function otherAnswers({ refreshes }: History): readonly string[] {
  return refreshes
    .filter(({ status }) => status !== undefined && ![200, 400, 503].includes(status))
    .map(({ sid, status }) => `${sid} was answered ${status}`);
}

function describe({ outcome, presented, startedAt, endedAt }: Refresh): string {
  const when = `${Math.round(startedAt)}–${Math.round(endedAt)} ms`;
  return `${outcome} of (${presented.generation}, ${presented.branch}) at ${when}`;
}
