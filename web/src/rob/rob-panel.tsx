/**
 * "Rob yourself": a session of its own whose refresh token falls into the hands of a pretend thief. Everything here is asked of the
 * real server; nothing is played back.
 */
import { type FormEvent, type ReactElement, useState } from 'react';
import type { DemoInfo } from '../bank/bank-api.ts';
import { Field } from '../shell/field.tsx';
import { Notice } from '../shell/notice.tsx';
import { RobScene } from './rob-scene.tsx';
import { type Robbery, useRobbery } from './use-robbery.ts';

interface RobPanelProps {
  readonly demo: DemoInfo;
  readonly username: string;
}

export function RobPanel({ demo, username }: RobPanelProps): ReactElement {
  const robbery = useRobbery();
  const [password, setPassword] = useState(demo.password);
  const { story, trouble } = robbery;
  const begin = <BeginForm {...{ username, robbery, password }} onPassword={setPassword} />;
  return (
    <section className="card rob" aria-labelledby="rob-title">
      <h2 id="rob-title">Rob yourself</h2>
      <p>
        You stay signed in because your browser keeps a small secret, the <em>refresh token</em>, and swaps it for a new
        one each time it is used. A thief who copies it can use it too, and then two people take turns with one secret.
        Sooner or later one of them shows a token that was swapped already, the server notices, and the session ends.
      </p>
      <Notice tone="trouble">{trouble}</Notice>
      {story === undefined ? (
        begin
      ) : (
        <RobScene robbery={robbery} story={story} windowMs={demo.retry_window_seconds * 1000}>
          {story.hasEnded && begin}
        </RobScene>
      )}
    </section>
  );
}

interface BeginFormProps {
  readonly username: string;
  readonly robbery: Robbery;
  readonly password: string;
  readonly onPassword: (password: string) => void;
}

/** The demo's password is known and needs no asking, unless it was changed. */
function BeginForm({ username, robbery, password, onPassword }: BeginFormProps): ReactElement {
  const { story, isBusy, trouble, begin } = robbery;
  const [isAsking, setIsAsking] = useState(false);
  if (trouble !== undefined && !isAsking) setIsAsking(true);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void begin(username, password);
  };
  return (
    <form className="rob-begin" aria-label="Begin a robbery" onSubmit={submit}>
      {isAsking && (
        <Field
          label={`Password of ${username}`}
          type="password"
          autoComplete="off"
          required
          value={password}
          onChange={(event) => onPassword(event.target.value)}
        />
      )}
      <button type="submit" disabled={isBusy}>
        {story === undefined ? 'Sign in a laptop and rob it' : 'Sign in again and rob it again'}
      </button>
    </form>
  );
}
