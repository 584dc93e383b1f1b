/**
 * What a page says where it could not load what it shows, and the way to try once more.
 */
import type { ReactElement } from 'react';
import { Notice } from '../shell/notice.tsx';
import type { Answer } from './ask.ts';
import { describeTrouble } from './describe-trouble.ts';
import { useAct } from './use-act.ts';

interface LoadTroubleProps {
  /** `undefined` where there is nothing to say. */
  readonly answer: Answer<unknown> | undefined;
  readonly reload: () => Promise<void>;
}

export function LoadTrouble({ answer, reload }: LoadTroubleProps): ReactElement {
  const { isBusy, run } = useAct();
  const trouble = answer && describeTrouble(answer);
  return (
    <Notice tone="trouble">
      {trouble !== undefined && (
        <span className="notice-row">
          {trouble}
          <button
            type="button"
            className="button-small"
            disabled={isBusy}
            onClick={() => void run(async () => void (await reload()))}
          >
            Try again
          </button>
        </span>
      )}
    </Notice>
  );
}
