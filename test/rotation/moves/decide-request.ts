/**
 * A request of a tab arrives and is decided: in one step, or, where two servers race, by reading and deciding first and
 * writing later, if the row is still as it was read. A request may arrive more than once; nobody may be waiting for it.
 */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import { answerOf, decideForClient, isSameToken, nextRow, type Setting, storeClock } from '../world/setting.ts';
import type { Exchange, WorldState } from '../world/world.ts';
import { withExchange } from './exchanges.ts';
import { decideAtAnyMoment } from './instants.ts';
import type { Arrival, DecidedBy, Move, Moves } from './move.ts';
import { withTurn } from './turns.ts';
import { writeOutcome } from './write-row.ts';

export const decideRequest: Moves = (setting, state) =>
  state.exchanges.flatMap((exchange, index): readonly Move[] => {
    if (exchange.pending) return [write(setting, state, exchange, index)];
    if (exchange.arrivals === 0) return [];
    return setting.bounds.servers.flatMap((server) => arriveAt(server, setting, state, exchange, index));
  });

function arriveAt(
  server: SessionMode,
  setting: Setting,
  state: WorldState,
  exchange: Exchange,
  index: number,
): readonly Move[] {
  const { token } = exchange;
  const deadline = deadlineOf(setting, state, exchange);
  const decideAt = (moment: number) => decideForClient(setting, state, { token, server, moment, deadline });
  const arrived = { ...exchange, arrivals: exchange.arrivals - 1 };
  return decideAtAnyMoment(setting, state, decideAt).map((timed) => {
    const inTwoSteps = setting.bounds.deciding === 'two-steps' && nextRow(timed.outcome) !== undefined;
    const step = inTwoSteps ? read : decide;
    return step(setting, state, arrived, index, { ...timed, server });
  });
}

function deadlineOf({ bounds }: Setting, state: WorldState, { sentAt }: Exchange): number | undefined {
  if (bounds.lateRequests !== 'with-deadline') return undefined;
  return storeClock({ ...state, time: sentAt + bounds.exchange });
}

function decide(setting: Setting, state: WorldState, exchange: Exchange, index: number, timed: DecidedBy): Move {
  const written = writeOutcome(setting, state, exchange.token, timed.outcome);
  const next = answer(setting, written, exchange, index, timed);
  return { event: { kind: 'decide', ...arrivalOf(setting, exchange), ...timed }, next };
}

function read(setting: Setting, state: WorldState, exchange: Exchange, index: number, timed: DecidedBy): Move {
  const { outcome, server } = timed;
  const next = withExchange(state, index, { ...exchange, pending: { read: state.row, outcome, server } });
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
  const next = answer(setting, written, done, index, pending);
  return { event: { kind: 'write', tab, token, outcome: pending.outcome }, next };
}

/** The answer sets out, if anybody waits for it. Losing it is its never arriving, as is a server that stops before it. */
function answer(
  setting: Setting,
  state: WorldState,
  exchange: Exchange,
  index: number,
  { outcome, server }: Pick<DecidedBy, 'outcome' | 'server'>,
): WorldState {
  const successor = answerOf(outcome, server);
  const isNew = successor && !exchange.answers.some((known) => isSameToken(known, successor));
  const answers = exchange.waiting && isNew ? [...exchange.answers, successor] : exchange.answers;
  const wentOn = successor !== undefined && exchange.token.own && !isSameToken(successor, exchange.token);
  const witness = { ...state.witness, clientWentOn: state.witness.clientWentOn || wentOn };
  return withTurn(setting, withExchange({ ...state, witness }, index, { ...exchange, answers }), 'client');
}
