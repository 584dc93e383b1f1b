/**
 * What to try next in a robbery, from who holds what. Advice for the reader; nothing depends on it.
 */
import type { Party, RobStory } from './rob-story.ts';

export function advise(story: RobStory, isWindowOpen: boolean): string {
  if (story.hasEnded) return 'The owner can sign in again with the password. The thief cannot.';
  const { owner, thief } = story;
  if (owner.refreshToken === thief.refreshToken)
    return 'Both hold the same token, and nobody could tell them apart. Let either side refresh.';
  if (owner.generation === thief.generation)
    return 'They hold two branches, and only one can continue. Let one side refresh, wait until the window is closed, then the other.';
  const behind: Party = owner.generation < thief.generation ? 'owner' : 'thief';
  return isWindowOpen
    ? `The ${behind} holds the older token. Wait until the window is closed, then refresh as the ${behind}.`
    : `The ${behind} holds the older token. Refresh as the ${behind} and see.`;
}
