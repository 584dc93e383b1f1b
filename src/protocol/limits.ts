/**
 * How long what people type may be.
 */

/** In characters. */
export const longestUsername = 128;

/** In bytes of UTF-8. */
export const longestPassword = 1024;

/** In characters. */
export const longestDeviceName = 64;
