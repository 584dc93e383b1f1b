/**
 * The thief presents any token it has and keeps what it gets. It needs no network of its own: what is delayed could as
 * well have been sent later, and what is lost need not be used.
 */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import { answerOf, decideForThief, isSameToken, type Setting } from '../world/setting.ts';
import type { HeldToken, WorldState, WorldToken } from '../world/world.ts';
import { decideAtAnyMoment, distinct } from './instants.ts';
import type { Move, Moves } from './move.ts';
import { mayAct, withTurn } from './turns.ts';
import { writeOutcome } from './write-row.ts';

export const presentStolen: Moves = (setting, state) =>
  mayAct(setting, state, 'thief') ? state.thief.flatMap((token) => presentAnywhere(setting, state, token)) : [];

function presentAnywhere(setting: Setting, state: WorldState, token: HeldToken): Move[] {
  return setting.bounds.servers.flatMap((server) => present(setting, state, token, server));
}

function present(setting: Setting, state: WorldState, token: HeldToken, server: SessionMode): Move[] {
  const timed = (['body', 'cookie'] as const).flatMap((delivery) =>
    decideAtAnyMoment(setting, state, (moment) => decideForThief(setting, state, { token, server, moment }, delivery)),
  );
  return distinct(timed).map((decided) => {
    const { outcome } = decided;
    const written = keep(setting, writeOutcome(setting, state, token, outcome), token, answerOf(outcome, server));
    return { event: { kind: 'present', token, server, ...decided }, next: withTurn(setting, written, 'thief') };
  });
}

function keep({ bounds }: Setting, state: WorldState, token: HeldToken, answer: WorldToken | undefined): WorldState {
  if (answer === undefined || isSameToken(answer, token)) return state;
  const witness = { ...state.witness, thiefWentOn: state.witness.thiefWentOn || token.own };
  if (state.thief.some((known) => isSameToken(known, answer))) return { ...state, witness };
  const thief = [{ ...answer, own: bounds.turnGap !== null }, ...state.thief].toSorted(newestFirst);
  return { ...state, witness, thief: thief.slice(0, bounds.thiefTokens) };
}

function newestFirst(one: HeldToken, other: HeldToken): number {
  return other.generation - one.generation || other.branch - one.branch;
}
