/**
 * Which names a client can have.
 */

/** Whether `text` is a client id: 1 to 128 letters, digits and `. _ ~ : / -`. */
export function isClientId(text: string): boolean {
  return /^[A-Za-z0-9._~:/-]{1,128}$/.test(text);
}
