/**
 * What is going on, on one line of a terminal that is written over; or, where nobody looks on, line by line.
 */

export interface Progress {
  say(what: string): void;
  end(): void;
}

/** `head` stands before everything that is said. */
export function createProgress(head: string): Progress {
  const startedAt = performance.now();
  const { isTTY, columns = 80 } = process.stderr;
  const elapsed = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  return {
    say: (what) => {
      const said = `${head}  ${what} (${elapsed()})`;
      process.stderr.write(isTTY ? `\r\x1b[K${said.slice(0, columns - 1)}` : `${said}\n`);
    },
    end: () => {
      if (isTTY) process.stderr.write('\r\x1b[K');
    },
  };
}
