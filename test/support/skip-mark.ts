// The words by which the reporter knows a suite that was skipped for want of a server.

/** Stands in the name of such a suite, before what it needs. */
export const SKIP_MARK = 'skipped, needs';
