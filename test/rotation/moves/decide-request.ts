/**
 * A request of a tab arrives and is decided: in one step, or, where two servers race, by reading and deciding first and
 * writing later, if the row is still as it was read. A request may arrive more than once; nobody may be waiting for it.
 */
import type { RefreshOutcome } from '../../../src/session/decide-refresh.ts';
import { decideForClient, isSameToken, nextRow, type Setting, storeClock } from '../world/setting.ts';
import type { Exchange, WorldState } from '../world/world.ts';
import { withExchange } from './exchanges.ts';
import { decideAtAnyMoment, type TimedOutcome } from './instants.ts';
import type { Arrival, Move, Moves } from './move.ts';
import { withTurn } from './turns.ts';
import { writeOutcome } from './write-row.ts';

export const decideRequest: Moves = (setting, state) =>
  state.exchanges.flatMap((exchange, index): readonly Move[] => {
    if (exchange.pending) return [write(setting, state, exchange, index)];
    if (exchange.arrivals === 0) return [];
    const deadline = deadlineOf(setting, state, exchange);
    const decideAt = (now: number): RefreshOutcome => decideForClient(setting, state, exchange.token, now, deadline);
    const arrived = { ...exchange, arrivals: exchange.arrivals - 1 };
    return decideAtAnyMoment(setting, state, decideAt).map((timed) => {
      const inTwoSteps = setting.bounds.deciding === 'two-steps' && nextRow(timed.outcome) !== undefined;
      return inTwoSteps ? read(setting, state, arrived, index, timed) : decide(setting, state, arrived, index, timed);
    });
  });

function deadlineOf({ bounds }: Setting, state: WorldState, { sentAt }: Exchange): number | undefined {
  if (bounds.lateRequests !== 'with-deadline') return undefined;
  return storeClock({ ...state, time: sentAt + bounds.exchange });
}

function decide(setting: Setting, state: WorldState, exchange: Exchange, index: number, timed: TimedOutcome): Move {
  const written = writeOutcome(setting, state, exchange.token, timed.outcome);
  const next = answer(setting, written, exchange, index, timed.outcome);
  return { event: { kind: 'decide', ...arrivalOf(setting, exchange), ...timed }, next };
}

function read(setting: Setting, state: WorldState, exchange: Exchange, index: number, timed: TimedOutcome): Move {
  const next = withExchange(state, index, { ...exchange, pending: { read: state.row, outcome: timed.outcome } });
  return { event: { kind: 'read', ...arrivalOf(setting, exchange), ...timed }, next };
}

function arrivalOf({ bounds }: Setting, { tab, token, waiting, arrivals }: Exchange): Arrival {
  return { tab, token, isWaitedFor: waiting, isRepeated: arrivals < bounds.arrivals - 1 };
}

function write(setting: Setting, state: WorldState, exchange: Exchange, index: number): Move {
  const { tab, token, pending } = exchange;
  const done = { ...exchange, pending: null };
  if (!pending || (setting.store === 'compare-and-set' && pending.read !== state.row)) {
    const again = { ...done, arrivals: exchange.arrivals + 1 };
    return { event: { kind: 'write_conflict', tab, token }, next: withExchange(state, index, again) };
  }
  const written = writeOutcome(setting, state, token, pending.outcome);
  const next = answer(setting, written, done, index, pending.outcome);
  return { event: { kind: 'write', tab, token, outcome: pending.outcome }, next };
}

/** The answer sets out, if anybody waits for it. Losing it is its never arriving, as is a server that stops before it. */
function answer(
  setting: Setting,
  state: WorldState,
  exchange: Exchange,
  index: number,
  outcome: RefreshOutcome,
): WorldState {
  const successor = 'successor' in outcome ? outcome.successor : undefined;
  const isNew = successor && !exchange.answers.some((known) => isSameToken(known, successor));
  const answers = exchange.waiting && isNew ? [...exchange.answers, successor] : exchange.answers;
  const wentOn = successor !== undefined && exchange.token.own && !isSameToken(successor, exchange.token);
  const witness = { ...state.witness, clientWentOn: state.witness.clientWentOn || wentOn };
  return withTurn(setting, withExchange({ ...state, witness }, index, { ...exchange, answers }), 'client');
}
