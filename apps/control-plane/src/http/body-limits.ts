const KIB = 1024;

/** The largest body that most endpoints take; clients of the Admin API know the number from its message. */
export const bodyBytesMax = 1536 * KIB;

/** The largest change set: it carries up to 20,000 resources. */
export const changeSetBytesMax = 64 * KIB * KIB;
