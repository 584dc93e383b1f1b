import { describe, expect, it } from 'vitest';
import { advise } from './advise.ts';
import type { Holding, RobStory } from './rob-story.ts';

const at = (generation: number, branch: number): Holding => ({
  generation,
  branch,
  refreshToken: `${generation}.${branch}`,
  accessToken: '',
});

const story = (owner: Holding, thief: Holding, hasEnded = false): RobStory => ({
  owner,
  thief,
  hasEnded,
  changedAt: 0,
  events: [],
});

describe('advise', () => {
  it('starts with either side', () => {
    expect(advise(story(at(1, 0), at(1, 0)), true)).toMatch(/either side/);
  });

  it('sends the side with the older token, once the window is closed', () => {
    expect(advise(story(at(2, 0), at(1, 0)), true)).toMatch(/Wait.*as the thief/);
    expect(advise(story(at(1, 0), at(2, 0)), false)).toMatch(/^The owner.*Refresh as the owner/);
  });

  it('sends both where both hold a branch', () => {
    expect(advise(story(at(2, 0), at(2, 1)), false)).toMatch(/two branches/);
  });

  it('tells who can come back after the end', () => {
    expect(advise(story(at(2, 0), at(1, 0), true), false)).toMatch(/owner can sign in again/);
  });
});
