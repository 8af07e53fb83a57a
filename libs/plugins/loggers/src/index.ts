import type { AnyPlugin } from '@sluice/plugin-kit';
import { httpLogger } from './http-logger/plugin.ts';
import { udpLogger } from './udp-logger/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [httpLogger, udpLogger];
