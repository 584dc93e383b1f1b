/**
 * "Rob yourself": a session of its own whose refresh token falls into the hands of a pretend thief. Everything here is asked of the
 * real server; nothing is played back.
 */
import { type ReactElement, useState } from 'react';
import type { DemoInfo } from '../bank/bank-api.ts';
import { Notice } from '../shell/notice.tsx';
import { formatDuration } from '../time/format-duration.ts';
import { BeginForm } from './begin-form.tsx';
import { RobScene } from './rob-scene.tsx';
import { useRobbery } from './use-robbery.ts';

interface RobPanelProps {
  readonly demo: DemoInfo;
  readonly username: string;
}

function describeWait(windowSeconds: number): string {
  const all = formatDuration(3 * windowSeconds * 1000);
  return `It takes about ${all}: the retry window of ${windowSeconds} seconds has to close three times in between.`;
}

export function RobPanel({ demo, username }: RobPanelProps): ReactElement {
  return (
    <section className="card rob" aria-labelledby="rob-title">
      <h2 id="rob-title">Rob yourself</h2>
      {demo.mode === 'stateless' ? <NothingToRob /> : <Robbery demo={demo} username={username} />}
    </section>
  );
}

function NothingToRob(): ReactElement {
  return (
    <p>
      Not on this server: its sessions are stateless, so it keeps nothing by which it could tell a thief from you. What
      protects you instead is a key that never leaves this browser. Your refresh token is bound to it, and a copy of the
      token is worth nothing anywhere else.
    </p>
  );
}

function Robbery({ demo, username }: RobPanelProps): ReactElement {
  const robbery = useRobbery();
  const [password, setPassword] = useState(demo.password);
  const { story, trouble } = robbery;
  const begin = <BeginForm {...{ username, robbery, password }} onPassword={setPassword} />;
  return (
    <>
      <p>
        You stay signed in because your browser keeps a small secret, the <em>refresh token</em>, and replaces it with a
        new one each time it is used. A thief who copies it can use it too, and then two people take turns with one
        secret. Sooner or later one of them shows a token that was replaced already, the server notices, and the session
        ends.
      </p>
      <p className="soft">{describeWait(demo.retry_window_seconds)}</p>
      <Notice tone="trouble">{trouble}</Notice>
      {story === undefined ? (
        begin
      ) : (
        <RobScene robbery={robbery} story={story} windowMs={demo.retry_window_seconds * 1000}>
          {story.hasEnded && begin}
        </RobScene>
      )}
    </>
  );
}
