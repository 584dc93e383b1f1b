/**
 * The users of the demo and their password, each a press away.
 */
import type { ReactElement } from 'react';
import type { DemoInfo } from '../bank/bank-api.ts';

interface DemoUsersProps {
  readonly info: DemoInfo;
  readonly onChoose: (username: string) => void;
}

export function DemoUsers({ info, onChoose }: DemoUsersProps): ReactElement {
  return (
    <div className="demo-users">
      <p>
        This is a demo. Its users share the password <code>{info.password}</code>
      </p>
      <div className="button-row">
        {info.users.map((username) => (
          <button key={username} type="button" className="button-quiet" onClick={() => onChoose(username)}>
            Fill in {username}
          </button>
        ))}
      </div>
    </div>
  );
}
