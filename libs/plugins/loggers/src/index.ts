import type { AnyPlugin } from '@sluice/plugin-kit';
import { fileLogger } from './file-logger/plugin.ts';
import { httpLogger } from './http-logger/plugin.ts';
import { kafkaLogger } from './kafka-logger/plugin.ts';
import { syslog } from './syslog/plugin.ts';
import { udpLogger } from './udp-logger/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [fileLogger, httpLogger, kafkaLogger, syslog, udpLogger];
