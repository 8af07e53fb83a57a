import { GatewayError } from '@sluice/errors';

/** How often a write that builds on what it read starts over when somebody else was quicker. */
const ATTEMPTS = 5;

/** Runs a write that reads first, and again as long as what it read has changed before it could write. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 1 || !(error instanceof GatewayError) || error.code !== 'VALUE_CHANGED') throw error;
    }
  }
}
