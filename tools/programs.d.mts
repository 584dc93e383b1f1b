// The types of `programs.mjs`, for the tests that start these programs.

export function findProgram(name: string): string | undefined;
export function providePrograms(): Promise<void>;
