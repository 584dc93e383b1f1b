/**
 * An answer reaches the tab that waits for it. With the token in the body, the tab stores the successor only if what is
 * stored is still what it sent; with a cookie, the browser stores whatever arrives, in the order of arrival.
 */
import { isSameToken, type Setting } from '../world/setting.ts';
import type { Exchange, HeldToken, WorldState, WorldToken } from '../world/world.ts';
import { abandoned, withExchange } from './exchanges.ts';
import type { Move, Moves } from './move.ts';
import { withTurn } from './turns.ts';

export const deliverAnswer: Moves = (setting, state) =>
  state.exchanges.flatMap((exchange, index) =>
    exchange.answers.map((successor) => deliver(setting, state, exchange, index, successor)),
  );

function deliver(setting: Setting, state: WorldState, exchange: Exchange, index: number, answer: WorldToken): Move {
  const place = setting.bounds.storage === 'shared' ? 0 : exchange.tab;
  const held = state.storages[place];
  const stored = setting.bounds.delivery === 'cookie' || (held !== undefined && isSameToken(held, exchange.token));
  const received: HeldToken = { ...answer, own: isOwn(setting, state, answer) };
  const storages = stored ? state.storages.with(place, received) : state.storages;
  const next = withTurn(setting, { ...withExchange(state, index, abandoned(exchange)), storages }, 'client');
  return { event: { kind: 'deliver', tab: exchange.tab, sent: exchange.token, successor: received, stored }, next };
}

/** Whether a token that the client receives is the client's alone: there was a theft, and it is newer than what was stolen. */
function isOwn({ bounds }: Setting, { thief }: WorldState, token: WorldToken): boolean {
  const stolen = thief.find(({ own }) => !own);
  if (bounds.turnGap === null || !stolen) return bounds.turnGap !== null && thief.length > 0;
  return (
    token.generation > stolen.generation || (token.generation === stolen.generation && token.branch > stolen.branch)
  );
}
