/**
 * A robbery on a page: begins it, lets either side act, one act at a time.
 */
import { useState } from 'react';
import { describeTrouble } from '../http/describe-trouble.ts';
import { type Act, useAct } from '../http/use-act.ts';
import { describeSignInRefusal } from '../sign-in/describe-sign-in.ts';
import { lookAtBalance, presentRefreshToken, signInVictim } from './rob-requests.ts';
import { beginStory, type Party, type RobStory, tellBalance, tellRefresh } from './rob-story.ts';

export interface Robbery extends Omit<Act, 'run'> {
  /** `undefined` until somebody was robbed. */
  readonly story: RobStory | undefined;
  readonly begin: (username: string, password: string) => Promise<void>;
  readonly refresh: (party: Party) => Promise<void>;
  readonly look: (party: Party) => Promise<void>;
}

export function useRobbery(): Robbery {
  const [story, setStory] = useState<RobStory>();
  const { isBusy, trouble, run } = useAct();
  const begin = (username: string, password: string) =>
    run(async () => {
      const answer = await signInVictim({ username, password, refreshToken: story?.owner.refreshToken });
      if (answer.kind === 'done') setStory(beginStory(answer.value));
      return answer.kind === 'refused' ? describeSignInRefusal(answer) : describeTrouble(answer);
    });
  const act = (tell: (story: RobStory) => Promise<RobStory>) =>
    run(async () => {
      if (story !== undefined) setStory(await tell(story));
      return undefined;
    });
  const refresh = (party: Party) =>
    act(async (before) => {
      const answer = await presentRefreshToken(before[party].refreshToken);
      return tellRefresh(before, party, answer, performance.now());
    });
  const look = (party: Party) =>
    act(async (before) => tellBalance(before, party, await lookAtBalance(before[party].accessToken)));
  return { story, isBusy, trouble, begin, refresh, look };
}
