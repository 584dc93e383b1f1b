/**
 * Dates for people. Times are integer seconds since the epoch, as on the wire; the time zone is handed in, or the browser's.
 */

type Zone = { readonly timeZone?: string };

const locale = 'en-GB';

/** For example `23 Nov 2026`. */
export function formatDay(seconds: number, zone: Zone = {}): string {
  const format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', ...zone });
  return format.format(seconds * 1000);
}

/** For example `23 Nov, 14:05`. */
export function formatDayAndTime(seconds: number, zone: Zone = {}): string {
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  });
  return format.format(seconds * 1000);
}

/** A last use, which the server tells to the hour alone: `within the last hour`, `today around 14:00`, `on 2 Nov 2026`. */
export function formatLastUse(seconds: number, now: number, zone: Zone = {}): string {
  if (now - seconds < 3600) return 'within the last hour';
  const day = formatDay(seconds, zone);
  if (day !== formatDay(now, zone)) return `on ${day}`;
  const hour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone });
  return `today around ${hour.format(seconds * 1000)}`;
}
