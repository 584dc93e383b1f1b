/**
 * Whether another process has the file, so that the same act may succeed in a moment.
 */

const busyErrorCode = 5;

export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busyErrorCode;
}
