/**
 * Whose page this is: the user who is signed in, or whose session has ended while they were at it and who is expected back. Nobody's
 * after a sign-out on purpose.
 */

import { useState } from 'react';
import { useSession } from 'tallystick/react';

/** The subject whose page this is, `undefined` where it is nobody's. */
export function useVisitor(): string | undefined {
  const state = useSession();
  const [visitor, setVisitor] = useState<string>();
  let current = visitor;
  if (state.status === 'signed-in') current = state.subject;
  if (state.status === 'signed-out' && state.reason === 'signed_out') current = undefined;
  if (current !== visitor) setVisitor(current);
  return current;
}
