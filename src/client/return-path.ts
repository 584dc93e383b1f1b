/**
 * Where to go after signing in, from a URL that anybody could have made. It leads nowhere but into this origin.
 */

/**
 * The path that was asked for, with query and fragment, or `/` where it is not a path of `origin`: another origin's, `//evil.example` and
 * whatever browsers take for it, or no path at all. It does not check whether there is such a page.
 *
 * ```ts
 * location.assign(returnPath(new URLSearchParams(location.search).get('return')));
 * ```
 */
export function returnPath(asked: string | null, origin: string = location.origin): string {
  if (asked === null || !asked.startsWith('/') || !URL.canParse(asked, origin)) return '/';
  const url = new URL(asked, origin);
  const path = url.pathname + url.search + url.hash;
  // `/.//evil` has become `//evil`, which would be another host's.
  return url.origin === origin && !path.startsWith('//') ? path : '/';
}
