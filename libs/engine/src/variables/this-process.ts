import { hostname } from 'node:os';

/** Name of this machine; it is asked for once. */
export const hostName = hostname();

/** Number of this process. */
export const processId = String(process.pid);
