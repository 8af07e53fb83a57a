import { resolve } from 'node:path';
import { createPlugin, CreatePluginError } from './create-plugin.ts';

const [family, name] = process.argv.slice(2);

try {
  if (family === undefined || name === undefined)
    throw new CreatePluginError('Say which: new-plugin.ts <family> <name>');
  const folder = createPlugin(resolve(import.meta.dirname, '../../../..'), family, name);
  console.log(`${folder} is there. Next: choose its priority, then docs/contributing/add-a-plugin.md.`);
} catch (error) {
  if (!(error instanceof CreatePluginError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
