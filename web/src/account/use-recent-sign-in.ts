/**
 * Acts that need a recent sign-in: where the server asks for one (RFC 9470), the user is asked for the password, and the act is
 * done again. Acts that do not need one go through undisturbed.
 */
import { useState } from 'react';
import type { Answer } from '../http/ask.ts';

export interface RecentSignIn {
  /** Where the user is being asked: call it with whether they have signed in again. */
  readonly answerQuestion: ((hasSignedIn: boolean) => void) | undefined;
  /** Does `act`, a second time where a sign-in came between. `undefined` where the user would rather not. */
  readonly perform: <T>(act: () => Promise<Answer<T>>) => Promise<Answer<T> | undefined>;
}

export function useRecentSignIn(): RecentSignIn {
  const [question, setQuestion] = useState<{ readonly answer: (hasSignedIn: boolean) => void }>();
  const askUser = () =>
    new Promise<boolean>((resolve) => {
      const answer = (hasSignedIn: boolean) => {
        setQuestion(undefined);
        resolve(hasSignedIn);
      };
      setQuestion({ answer });
    });
  const perform = async <T>(act: () => Promise<Answer<T>>) => {
    const answer = await act();
    if (!asksForSignIn(answer)) return answer;
    return (await askUser()) ? act() : undefined;
  };
  return { answerQuestion: question?.answer, perform };
}

function asksForSignIn(answer: Answer<unknown>): boolean {
  return answer.kind === 'refused' && answer.error === 'insufficient_user_authentication';
}
