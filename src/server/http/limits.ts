/**
 * How large what comes in may be.
 */

/** Largest body, in bytes. */
export const maxBodyLength: number = 16 * 1024;
