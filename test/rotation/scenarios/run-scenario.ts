/**
 * Runs a scenario against an implementation, and says where the two disagree. It knows tokens only as text that is the same
 * or is not, so that an implementation may be anything that has the acts of `Implementation`.
 */
import type { Presentation, Scenario, ScenarioLimits } from './scenario.ts';

/** What an implementation answered: a refresh token, or that this one is no good, or that it should be asked again. */
export interface PresentationResult {
  readonly answer: { readonly token: string } | 'refused' | 'try_again';
  readonly session: 'live' | 'ended';
  /** How the implementation itself calls what it did, where it says. */
  readonly how?: string;
}

/** One session of an implementation. `now` is its store's clock, in seconds since the sign-in. */
export interface Implementation {
  /** Signs in at 0 and gives the first refresh token. */
  signIn(limits: ScenarioLimits): Promise<string> | string;
  present(
    token: string,
    now: number,
    how: Pick<Presentation, 'delivery' | 'with_key' | 'same_client' | 'deadline'>,
  ): Promise<PresentationResult> | PresentationResult;
  signOut(now: number): Promise<void> | void;
  /** Undoes the last `count` writes of the session. */
  loseWrites(count: number): Promise<void> | void;
}

/** Gives the first disagreements, each in a sentence: from there on, what a scenario expects means nothing. */
export async function runScenario(scenario: Scenario, subject: Implementation): Promise<string[]> {
  const tokens = new Map([['first', await subject.signIn(scenario.limits)]]);
  let clockOffset = 0;
  for (const [index, step] of scenario.steps.entries()) {
    const now = step.at + clockOffset;
    if ('present' in step) {
      const result = await subject.present(tokenNamed(tokens, step.present), now, step);
      const complaints = compare(step, result, tokens);
      if (complaints.length > 0) return complaints.map((complaint) => `step ${index + 1}: ${complaint}`);
    } else if (step.event === 'clock_jump') clockOffset += step.seconds;
    else if (step.event === 'lose_writes') await subject.loseWrites(step.count);
    else await subject.signOut(now);
  }
  return [];
}

function tokenNamed(tokens: ReadonlyMap<string, string>, label: string): string {
  const token = tokens.get(label);
  if (token === undefined) throw new RangeError(`the token "${label}" is presented before anybody was given it`);
  return token;
}

function compare(expected: Presentation, result: PresentationResult, tokens: Map<string, string>): string[] {
  const complaints: string[] = [];
  if (result.session !== expected.session) complaints.push(`the session is ${result.session}, not ${expected.session}`);
  if (expected.how !== undefined && result.how !== undefined && result.how !== expected.how) {
    complaints.push(`this is called ${result.how}, not ${expected.how}`);
  }
  return [...complaints, ...compareAnswers(expected.expect, result.answer, tokens)];
}

function compareAnswers(
  expected: Presentation['expect'],
  answer: PresentationResult['answer'],
  tokens: Map<string, string>,
): string[] {
  if (typeof expected === 'string' || typeof answer === 'string') {
    const [wanted, got] = [expected, answer].map((each) => (typeof each === 'string' ? each : 'answered'));
    return wanted === got ? [] : [`it is ${got}, not ${wanted}`];
  }
  const known = tokens.get(expected.answer);
  const namesake = [...tokens].find(([, token]) => token === answer.token)?.[0];
  tokens.set(expected.answer, answer.token);
  if (known !== undefined) return known === answer.token ? [] : [`the answer is not "${expected.answer}" again`];
  return namesake === undefined ? [] : [`the answer is "${namesake}" again, not a token that is new`];
}
