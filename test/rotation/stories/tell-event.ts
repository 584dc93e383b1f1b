/** What happened, in a sentence. Tokens are told by where they stand: `2.0` is generation 2, branch 0. */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import type { RefreshOutcome } from '../../../src/session/decide-refresh.ts';
import type { TimedOutcome } from '../moves/instants.ts';
import type { Arrival, WorldEvent } from '../moves/move.ts';
import { tabName, tokenName } from './names.ts';

type Told = Exclude<WorldEvent, { kind: 'tick' }>;

/** One event as a sentence. The passing of time is told by `tellStory`, which adds it up. */
export function tellEvent(event: Told, delivery: 'body' | 'cookie'): string {
  switch (event.kind) {
    case 'send':
      return `${capital(tabName(event.tab))} reads ${tokenName(event.token)} and sends it.`;
    case 'decide':
      return `${tellArrival(event)} and is decided${tellInstant(event)}: ${tellOutcome(event.outcome, event.server)}.`;
    case 'read':
      return `${tellArrival(event)}. A server reads the row and decides${tellInstant(event)}: ${tellOutcome(event.outcome, event.server)}. It has not written yet.`;
    case 'write':
      return `The server writes what it decided for ${tabName(event.tab)}'s request with ${tokenName(event.token)}: ${tellOutcome(event.outcome)}.`;
    case 'write_conflict':
      return `The server finds the row changed and will decide ${tabName(event.tab)}'s request with ${tokenName(event.token)} again.`;
    case 'deliver':
      return tellDelivery(event, delivery);
    case 'give_up':
      return `${capital(tabName(event.tab))} stops waiting for an answer to ${tokenName(event.token)}; if there is one, it is lost.`;
    case 'lose_request':
      return `${capital(tabName(event.tab))}'s earlier request with ${tokenName(event.token)} is lost for good.`;
    case 'steal':
      return `A thief copies ${tokenName(event.token)} from ${event.from === 'storage' ? 'where the client keeps it' : 'an answer on its way'}.`;
    case 'present':
      return `The thief presents ${tokenName(event.token)}${tellInstant(event)}: ${tellOutcome(event.outcome, event.server)}.`;
    case 'end_session':
      return 'The user signs out, or the device is removed, and this is acknowledged.';
    case 'failover':
      return `The store fails over and has lost the last ${event.lost === 1 ? 'write' : `${event.lost} writes`}: the newest token it knows is ${tokenName(event)}.`;
    case 'clock_jump':
      return `The store's clock jumps ${event.units < 0 ? 'back' : 'forward'} by ${Math.abs(event.units)} units.`;
  }
}

function tellDelivery(event: Extract<Told, { kind: 'deliver' }>, delivery: 'body' | 'cookie'): string {
  const arrival = `The answer ${tokenName(event.successor)} reaches ${tabName(event.tab)}`;
  if (delivery === 'cookie') return `${arrival}, and its cookie replaces what was stored.`;
  return event.stored
    ? `${arrival}, which stores it.`
    : `${arrival}, which stores nothing: ${tokenName(event.sent)} is no longer what is stored.`;
}

function tellArrival({ tab, token, isWaitedFor, isRepeated }: Arrival): string {
  const request = `${capital(tabName(tab))}'s request with ${tokenName(token)}`;
  const late = isWaitedFor ? '' : ', which it no longer waits for,';
  return `${request}${late} arrives${isRepeated ? ' once more' : ''}`;
}

function tellInstant({ instant }: TimedOutcome): string {
  return instant === 'now' ? '' : `, ${instant} a window is over`;
}

function tellOutcome(outcome: RefreshOutcome, format: SessionMode = 'stored'): string {
  if ('successor' in outcome) return `${outcome.kind}, the answer is ${tokenName({ ...outcome.successor, format })}`;
  if (outcome.kind === 'replayed') return 'replayed, and the session ends';
  return `${outcome.kind}, ${outcome.reason.replaceAll('_', ' ')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
