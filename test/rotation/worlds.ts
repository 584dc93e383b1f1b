/**
 * The worlds that are explored, as data: each is small enough to be walked whole, and together they have everything in
 * them that can happen. Some leave out one thing that a property assumes, to show that the property needs it.
 */
import type { PropertyName } from './properties/all-properties.ts';
import type { WorldBounds } from './world/world.ts';

/** A world, what holds in it, and what is known not to. */
export interface World {
  readonly name: string;
  readonly about: string;
  readonly bounds: WorldBounds;
  readonly holds: readonly PropertyName[];
  /** Properties of which an assumption is missing here: the exploration has to find a story for each. */
  readonly breaks: readonly PropertyName[];
}

/** Exchanges last a third of the window at most, as with our client: 10 s of 30 s. */
const plain: WorldBounds = {
  tabs: 2,
  storage: 'shared',
  delivery: 'cookie',
  window: 3,
  exchange: 1,
  requests: 2,
  arrivals: 1,
  lateRequests: 'never',
  deciding: 'one-step',
  servers: ['stored'],
  signedInAt: 'stored',
  keyBound: false,
  thief: 'none',
  thiefTokens: 3,
  turnGap: null,
  canEnd: false,
  mayLose: 0,
  failovers: 0,
  losesRevocations: false,
  clockJumps: [],
  jumps: 0,
  branches: 2,
  inactivityTimeout: null,
  absoluteLifetime: null,
  accessTokenLifetime: 2,
};

const safety: readonly PropertyName[] = ['one lineage', 'ended is ended', 'bounded', 'quiet'];
const jumps = [-7, -3, -2, -1, 1, 2, 3, 7];

function world(
  name: string,
  about: string,
  bounds: Partial<WorldBounds>,
  holds: readonly PropertyName[],
  breaks: readonly PropertyName[] = [],
): World {
  return { name, about, bounds: { ...plain, ...bounds }, holds, breaks };
}

const bothModes = ['stored', 'stateless'] as const;

/** Every world, by what it is about. */
export const worlds: readonly World[] = [
  world(
    'body',
    'Two tabs that share storage, the token in the body. Requests and answers are lost, repeated, delayed and reordered.',
    { delivery: 'body', requests: 3, arrivals: 2, canEnd: true },
    ['kept', ...safety],
  ),
  world('cookie', 'The same with the token in a cookie.', { requests: 3, arrivals: 2, canEnd: true }, [
    'kept',
    ...safety,
  ]),
  world(
    'fine-time',
    'Two tabs and a cookie, with exchanges closer to half the window, and a finer clock.',
    { window: 7, exchange: 3 },
    ['kept', ...safety],
  ),
  world(
    'half-window',
    'Exchanges that last exactly half the window, which is too long: it has to be less.',
    { window: 2, exchange: 1 },
    safety,
    ['kept'],
  ),
  world(
    'own-storage',
    'Two tabs that begin with the same token and keep it each for itself, as a thief and a victim would.',
    { storage: 'own', canEnd: true },
    safety,
    ['kept'],
  ),
  world(
    'ends',
    'Two tabs that come close to the inactivity end and to the absolute end.',
    { inactivityTimeout: 8, absoluteLifetime: 15, accessTokenLifetime: 4 },
    ['kept', ...safety],
  ),
  world(
    'two-servers',
    'Two servers that read, decide, and write only if the row is as they read it, while the user signs out.',
    { deciding: 'two-steps', canEnd: true },
    ['kept', 'one lineage', 'ended is ended', 'bounded'],
  ),
  world(
    'turns',
    'A thief has copied a token once, and the window passes between its turns and the client’s.',
    { thief: 'with-token', turnGap: 3 },
    ['seen', ...safety],
  ),
  world('in-step', 'A thief who acts at any moment.', { thief: 'with-token', thiefTokens: 2, tabs: 1 }, safety),
  world(
    'in-step-unseen',
    'A thief who acts within seconds of the client, and so keeps in step.',
    { thief: 'with-token', tabs: 1, requests: 1, turnGap: 2 },
    [],
    ['seen'],
  ),
  world(
    'key-bound',
    'A session bound to a key, and a thief who has copied a token but not the key.',
    { keyBound: true, thief: 'with-token', canEnd: true },
    ['kept', 'key-holder only', ...safety],
  ),
  world(
    'key-stolen',
    'A session bound to a key, and a thief who can use the key as well: script on the page, a copied profile.',
    { keyBound: true, thief: 'with-token-and-key', tabs: 1, thiefTokens: 2, requests: 1, turnGap: 3 },
    safety,
    ['seen'],
  ),
  world(
    'late-with-deadline',
    'Requests may be decided long after they were sent, but carry a deadline.',
    { lateRequests: 'with-deadline', arrivals: 2, canEnd: true },
    ['kept', ...safety],
  ),
  world(
    'late-without-deadline',
    'Requests may be decided long after they were sent, and nothing tells them by.',
    { lateRequests: 'without-deadline', canEnd: true },
    safety,
    ['kept'],
  ),
  world(
    'failover-body',
    'A store that loses its last writes once, up to two windows of them. The token is in the body.',
    { mayLose: 6, failovers: 1, delivery: 'body', branches: 1 },
    ['kept', 'ended is ended', 'bounded'],
  ),
  world(
    'failover-cookie',
    'The same with a cookie, where less than two windows may be lost.',
    { mayLose: 5, failovers: 1, branches: 1 },
    ['kept', 'ended is ended', 'bounded'],
  ),
  world(
    'failover-cookie-long',
    'The same with a cookie, where two windows may be lost.',
    { mayLose: 6, failovers: 1, branches: 1 },
    [],
    ['kept'],
  ),
  world(
    'failover-key-bound',
    'The same with a cookie and two windows, bound to a key.',
    { mayLose: 6, failovers: 1, branches: 1, keyBound: true },
    ['kept', 'ended is ended', 'bounded'],
  ),
  world(
    'failover-ended',
    'A store that loses its last writes while the user signs out, but no acknowledged revocation.',
    { mayLose: 3, failovers: 1, requests: 1, branches: 1, canEnd: true },
    ['kept', 'ended is ended', 'bounded'],
  ),
  world(
    'failover-revocation',
    'A store that loses even acknowledged revocations.',
    { mayLose: 3, failovers: 1, requests: 1, branches: 1, canEnd: true, losesRevocations: true },
    ['bounded'],
    ['ended is ended'],
  ),
  world(
    'clock-jumps',
    'The store’s clock jumps twice, forward or back, by more or less than a window. Requests do not overlap.',
    { requests: 1, arrivals: 2, clockJumps: jumps, jumps: 2, canEnd: true },
    ['kept', 'ended is ended', 'bounded'],
  ),
  world(
    'clock-jump-in-a-race',
    'The store’s clock jumps once, while two tabs race.',
    { clockJumps: jumps, jumps: 1 },
    ['ended is ended', 'bounded'],
    ['kept'],
  ),
  world(
    'to-stateless',
    'Servers of both modes, met in any order, by two tabs that begin with a stored token in a cookie.',
    { servers: bothModes, canEnd: true },
    ['kept', ...safety],
  ),
  world(
    'to-stored',
    'The same, beginning with a stateless token, which may arrive twice while its session becomes a stored one.',
    { servers: bothModes, signedInAt: 'stateless', arrivals: 2, canEnd: true },
    ['kept', ...safety],
  ),
  world(
    'to-stored-body',
    'The same with the token in the body.',
    { servers: bothModes, signedInAt: 'stateless', delivery: 'body', arrivals: 2 },
    ['kept', ...safety],
  ),
  world(
    'moving-two-servers',
    'Servers of both modes that read, decide, and write only if the row is as they read it, while the user signs out.',
    { servers: bothModes, signedInAt: 'stateless', tabs: 1, deciding: 'two-steps', canEnd: true },
    ['kept', 'one lineage', 'ended is ended', 'bounded'],
  ),
  world(
    'moving-key-bound',
    'Servers of both modes, a session bound to a key, and a thief who has copied a token but not the key.',
    { servers: bothModes, tabs: 1, keyBound: true, thief: 'with-token', thiefTokens: 2, canEnd: true },
    ['kept', 'key-holder only', ...safety],
  ),
  world(
    'moving-unseen',
    'Servers of both modes, no key, and a thief: a stateless server does not see who goes on.',
    { servers: bothModes, tabs: 1, requests: 1, thief: 'with-token', turnGap: 3 },
    [],
    ['seen'],
  ),
];

/** `bounds` made larger: a finer clock, and more at once. Depth 1 is `bounds` as they are. */
export function deepen(bounds: WorldBounds, depth: number): WorldBounds {
  const more = depth - 1;
  return {
    ...bounds,
    requests: bounds.requests + more,
    arrivals: bounds.arrivals + (more > 0 ? 1 : 0),
    thiefTokens: bounds.thiefTokens + more,
    branches: bounds.branches + more,
  };
}
