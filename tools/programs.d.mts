// The types of `programs.mjs`, for the tests and measurements that start these programs.

export const forBench: readonly string[];
export function findProgram(name: string): string | undefined;
export function providePrograms(names?: readonly string[]): Promise<void>;
