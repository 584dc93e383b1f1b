/**
 * Where a server dies. `at-random`: whenever the killer feels like it.
 */
export const crashPoints = ['before-write', 'inside-group', 'before-answer', 'at-random'] as const;

export type CrashPoint = (typeof crashPoints)[number];

export function isCrashPoint(text: string): text is CrashPoint {
  return crashPoints.some((point) => point === text);
}
