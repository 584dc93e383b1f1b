/**
 * Durations for people, in the two largest units that say something. It rounds down, since a countdown that promises more than
 * there is would be a lie.
 */

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
] as const;

/** For example `29 days 23 hours`, `14 minutes 3 seconds`, `4 seconds`. Negative durations are `0 seconds`. */
export function formatDuration(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const first = units.findIndex((unit) => total >= unit.seconds);
  if (first === -1) return '0 seconds';
  let rest = total;
  const parts: string[] = [];
  for (const unit of units.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(`${count} ${unit.name}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ');
}

/** A clock that counts down: `14:03`, `0:04`, and whole hours in front where there are any. */
export function formatCountdown(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}
