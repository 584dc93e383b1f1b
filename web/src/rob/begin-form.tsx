/**
 * Begins a robbery. The demo's password is known and needs no asking, unless it was changed.
 */
import { type FormEvent, type ReactElement, useState } from 'react';
import { Field } from '../shell/field.tsx';
import type { Robbery } from './use-robbery.ts';

interface BeginFormProps {
  readonly username: string;
  readonly robbery: Robbery;
  readonly password: string;
  readonly onPassword: (password: string) => void;
}

export function BeginForm({ username, robbery, password, onPassword }: BeginFormProps): ReactElement {
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
