/**
 * The header names that are Tallystick's own, in one place.
 */

/** On requests that rely on the cookie: names the session (`sid`), or is `new` where there is none yet. */
export const clientHeader = 'Tallystick-Client';

/** On `/token`: the moment, in milliseconds by the server's clock, past which the sender no longer waits. */
export const deadlineHeader = 'Tallystick-Deadline';

/** On answers of `/login` and `/token`: the server's clock in milliseconds, from which a client learns the deadline. */
export const timeHeader = 'Tallystick-Time';

/** On successful refreshes where explanations are on: `rotate`, `retry`, `rebranch`, `ahead` or `slide`. */
export const refreshHeader = 'Tallystick-Refresh';
