import { firstPlugin } from './first-plugin/plugin.ts';
import { secondPlugin } from './second-plugin/plugin.ts';

export const plugins = [firstPlugin, secondPlugin];
