/**
 * A folder for one measurement, on the disk that databases would be on.
 */
import { createGuardedFolder } from '../../test/engines/guarded-folder.ts';

/** Makes the folder, and removes it whatever becomes of `act`, or of this process. */
export async function inTemporaryFolder<Result>(act: (folder: string) => Promise<Result>): Promise<Result> {
  const { path, remove } = createGuardedFolder('tallystick-bench-');
  try {
    return await act(path);
  } finally {
    await remove();
  }
}
