/**
 * The thief presents any token it has and keeps what it gets. It needs no network of its own: what is delayed could as
 * well have been sent later, and what is lost need not be used.
 */
import type { RefreshOutcome } from '../../../src/session/decide-refresh.ts';
import { decideForThief, isSameToken, type Setting } from '../world/setting.ts';
import type { HeldToken, WorldState } from '../world/world.ts';
import { decideAtAnyMoment, distinct } from './instants.ts';
import type { Move, Moves } from './move.ts';
import { mayAct, withTurn } from './turns.ts';
import { writeOutcome } from './write-row.ts';

export const presentStolen: Moves = (setting, state) =>
  mayAct(setting, state, 'thief') ? state.thief.flatMap((token) => present(setting, state, token)) : [];

function present(setting: Setting, state: WorldState, token: HeldToken): Move[] {
  const timed = (['body', 'cookie'] as const).flatMap((delivery) =>
    decideAtAnyMoment(setting, state, (now) => decideForThief(setting, state, token, delivery, now)),
  );
  return distinct(timed).map((decided) => {
    const { outcome } = decided;
    const written = keep(setting, writeOutcome(setting, state, token, outcome), token, outcome);
    return { event: { kind: 'present', token, ...decided }, next: withTurn(setting, written, 'thief') };
  });
}

function keep({ bounds }: Setting, state: WorldState, token: HeldToken, outcome: RefreshOutcome): WorldState {
  if (!('successor' in outcome) || isSameToken(outcome.successor, token)) return state;
  const { generation, branch } = outcome.successor;
  const witness = { ...state.witness, thiefWentOn: state.witness.thiefWentOn || token.own };
  if (state.thief.some((known) => isSameToken(known, outcome.successor))) return { ...state, witness };
  const thief = [{ generation, branch, own: bounds.turnGap !== null }, ...state.thief].toSorted(newestFirst);
  return { ...state, witness, thief: thief.slice(0, bounds.thiefTokens) };
}

function newestFirst(one: HeldToken, other: HeldToken): number {
  return other.generation - one.generation || other.branch - one.branch;
}
