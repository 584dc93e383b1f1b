/**
 * Whether a host is this machine, by its name. Names are not looked up.
 */

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** A host as a URL or a listener names it. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}
