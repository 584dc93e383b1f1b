/**
 * One act of a form or a button: is it under way, and what went wrong last time. A second press while it is under way does
 * nothing, so that an impatient finger sends one request.
 */
import { useRef, useState } from 'react';

export interface Act {
  readonly isBusy: boolean;
  readonly trouble: string | undefined;
  /** Runs `act`, which gives a sentence for people where it failed. */
  readonly run: (act: () => Promise<string | undefined>) => Promise<void>;
}

/** An act of its own for the component that calls this. */
export function useAct(): Act {
  const isUnderWay = useRef(false);
  const [isBusy, setIsBusy] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const run = async (act: () => Promise<string | undefined>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setIsBusy(true);
    setTrouble(undefined);
    try {
      setTrouble(await act());
    } finally {
      isUnderWay.current = false;
      setIsBusy(false);
    }
  };
  return { isBusy, trouble, run };
}
