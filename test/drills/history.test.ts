import { describe, expect, it } from 'vitest';
import { createHistory, judge, type Refresh } from './history.ts';

const refresh: Refresh = {
  sid: 's',
  presented: { generation: 0, branch: 0 },
  startedAt: 0,
  endedAt: 10,
  status: 200,
  outcome: 'rotate',
  got: { generation: 1, branch: 0 },
};

describe('the judge of histories', () => {
  it('has nothing to say of a rotation, its retries and an answer that was lost', () => {
    const retry = { ...refresh, outcome: 'retry' };
    const lost = { ...refresh, status: undefined, outcome: undefined, got: undefined };
    expect(judge({ ...createHistory(), refreshes: [refresh, retry, lost] })).toEqual([]);
  });

  it('sees two lineages', () => {
    expect(judge({ ...createHistory(), refreshes: [refresh, refresh] })).toHaveLength(1);
  });

  it('sees a refresh after an acknowledged end, and none in one that was under way', () => {
    const ends = [{ sid: 's', acknowledgedAt: 5 }];
    expect(judge({ refreshes: [refresh], ends })).toEqual([]);
    expect(judge({ refreshes: [{ ...refresh, startedAt: 6 }], ends })).toHaveLength(1);
  });

  it('sees a fault that is not a 503', () => {
    const answered = (status: number) => ({ ...refresh, status, outcome: undefined, got: undefined });
    expect(judge({ ...createHistory(), refreshes: [answered(503)] })).toEqual([]);
    expect(judge({ ...createHistory(), refreshes: [answered(500)] })).toHaveLength(1);
  });
});
