/**
 * A state's canonical form: two states with the same key differ in nothing that could ever matter again, so that finitely
 * many keys stand for infinitely many states. What is taken out:
 *
 * - *When it is.* Times count from now, and stop counting where the rule stops looking: beyond the window.
 * - *Which generation it is.* Generations count back from the row's, and all from the fourth on are "ancient".
 * - *What branches are called*, where the store loses nothing: within a generation only their order and their equality
 *   matter, so they are numbered anew among those that anybody holds or the row remembers.
 * - *Which tab it is*, where tabs share their storage, and the order in which requests are listed.
 *
 * `../abstraction.test.ts` checks that states with the same key have successors with the same keys.
 */
import type { TokenPosition } from '../../../src/session/decide-refresh.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import { inUnits, type Setting, storeClock } from './setting.ts';
import type { Exchange, HeldToken, WorldState } from './world.ts';

/** The generations behind the row's that are told apart: a key-bound session remembers three. */
const generationsTold = 4;
const nothing = -9;
const beforeTheFirst: TokenPosition = { generation: -1, branch: 0 };

/** How a state's times, generations and branches are written down. */
interface Scale {
  readonly generation: number;
  /** Generations that a failover could bring back count as well. */
  readonly ancient: number;
  readonly clock: number;
  readonly time: number;
  readonly window: number;
  /** The age from which on a request is late. */
  readonly late: number;
  /** The age from which on a change of the row is old, whatever clock jumps may come. */
  readonly oldAge: number;
  /** Branch numbers in use, by how far their generation lies back; `null` where branches keep their numbers. */
  readonly branches: readonly (readonly number[])[] | null;
}

/** The canonical form of `state`, as a string that only equality is asked of. */
export function keyOf(setting: Setting, state: WorldState): string {
  const scale = scaleOf(setting, state);
  const values: number[] = [];
  pushRow(values, scale, state.row);
  pushWitness(values, scale, setting, state);
  values.push(state.failoversLeft, state.jumpsLeft, state.earlier.length);
  for (const { row, until } of state.earlier) {
    pushRow(values, scale, row);
    values.push(state.time - until);
  }
  values.push(state.thief.length);
  for (const token of state.thief) pushToken(values, scale, token);
  return text(values) + tabsKey(setting, state, scale);
}

/** What each tab holds and waits for. Tabs that share storage have no identity; those that do not can be exchanged. */
function tabsKey({ bounds }: Setting, state: WorldState, scale: Scale): string {
  const exchanges = (of: (exchange: Exchange) => boolean): string =>
    state.exchanges
      .filter(of)
      .map((exchange) => exchangeKey(scale, state, exchange))
      .sort()
      .join('');
  const tabs = state.storages.map((token, tab) => {
    const values: number[] = [];
    pushToken(values, scale, token);
    const isHere = (exchange: Exchange): boolean => bounds.storage === 'shared' || exchange.tab === tab;
    return text(values) + exchanges((exchange) => exchange.waiting && isHere(exchange));
  });
  return [...tabs.sort(), exchanges((exchange) => !exchange.waiting)].join('|');
}

function exchangeKey(scale: Scale, { row, time }: WorldState, exchange: Exchange): string {
  const { token, sentAt, waiting, arrivals, answers, pending } = exchange;
  const values = [Math.min(time - sentAt, scale.late), Number(waiting), arrivals, answers.length];
  pushToken(values, scale, token);
  for (const answer of answers) pushToken(values, scale, { ...answer, own: false });
  values.push(pending === null ? 0 : 1);
  if (pending) {
    values.push(Number(pending.read === row), pending.outcome.kind.length, Number(pending.server === 'stateless'));
    pushRow(values, scale, 'next' in pending.outcome ? pending.outcome.next : pending.read);
  }
  return text(values);
}

function pushRow(values: number[], scale: Scale, row: SessionRecord): void {
  const back = scale.generation - row.generation;
  const age = row.changedAt === null ? scale.oldAge : Math.min(scale.clock - inUnits(row.changedAt), scale.oldAge);
  values.push(back, branchName(scale, back, row.branch), branchName(scale, back + 1, row.parentBranch));
  values.push(branchName(scale, back + 2, row.grandparentBranch), age, remaining(scale, row.aheadUntil));
  values.push(remaining(scale, row.inactivityEndsAt), remaining(scale, row.absoluteEndsAt));
  values.push(Number(row.revokedAt !== null));
}

function pushWitness(
  values: number[],
  scale: Scale,
  { bounds }: Setting,
  { witness, time, lastTurn }: WorldState,
): void {
  const { used, changedAt, clientWentOn, thiefWentOn, endAcknowledged } = witness;
  pushToken(values, scale, { ...(used ?? beforeTheFirst), format: 'stored', own: false });
  values.push(changedAt === null ? scale.window : Math.min(time - changedAt, scale.window));
  values.push(Number(clientWentOn), Number(thiefWentOn), Number(endAcknowledged));
  const since = lastTurn === null ? 0 : Math.min(time - lastTurn.at, bounds.turnGap ?? 0);
  values.push(lastTurn === null ? nothing : Number(lastTurn.party === 'thief'), since);
}

function pushToken(values: number[], scale: Scale, { generation, branch, format, own }: HeldToken): void {
  const back = Math.min(scale.generation - generation, scale.ancient);
  values.push(back, branchName(scale, back, branch), Number(format === 'stateless'), Number(own));
}

/** Units until `end`, -1 for any time past it; a sign of its own where there is no end. */
function remaining(scale: Scale, end: number | null): number {
  return end === null ? nothing : Math.max(inUnits(end) - scale.clock, -1);
}

function branchName({ branches }: Scale, back: number, branch: number | null): number {
  if (branch === null) return nothing;
  if (branches === null) return branch;
  const known = branches[back];
  return known === undefined ? 0 : known.indexOf(branch);
}

function scaleOf({ bounds }: Setting, state: WorldState): Scale {
  const jumpsToCome = bounds.clockJumps.some((units) => units < 0) ? state.jumpsLeft : 0;
  const furthestBack = Math.min(...bounds.clockJumps, 0);
  const oldest = Math.min(state.row.generation, ...state.earlier.map(({ row }) => row.generation));
  return {
    generation: state.row.generation,
    ancient: state.row.generation - oldest + generationsTold,
    clock: inUnits(storeClock(state)),
    time: state.time,
    window: bounds.window,
    late: bounds.exchange + 1,
    oldAge: 2 * bounds.window + 1 - furthestBack * jumpsToCome,
    branches: bounds.mayLose > 0 ? null : branchesInUse(state),
  };
}

/** The branches of this generation, the last and the one before that anybody holds or the rule may look at, in order. */
function branchesInUse({ row, witness, storages, exchanges, thief }: WorldState): number[][] {
  const held: readonly TokenPosition[] = [
    ...storages,
    ...thief,
    ...exchanges.flatMap(({ token, answers, pending }) => [
      token,
      ...answers,
      ...(pending && 'successor' in pending.outcome ? [pending.outcome.successor] : []),
    ]),
    ...(witness.used ? [witness.used] : []),
  ];
  const remembered = [row.branch, row.parentBranch, row.grandparentBranch];
  return remembered.map((branch, back) => {
    const inGeneration = held.filter((token) => token.generation === row.generation - back);
    const all = new Set(inGeneration.map((token) => token.branch));
    if (branch !== null) all.add(branch);
    return [...all].sort((one, other) => one - other);
  });
}

function text(values: readonly number[]): string {
  return String.fromCharCode(...values.map((value) => value + 100));
}
