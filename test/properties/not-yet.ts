/** What the reference already says and the engine does not yet: left out where both are compared. */
export const pendingCodes: readonly string[] = ['status-conflict', 'leak', 'stated-amount'];
