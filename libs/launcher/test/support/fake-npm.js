// Stands in for npm: writes down how it was called and does what the test's folder asks for in npm-does.mjs.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

fs.appendFileSync('npm-calls', `${process.argv.slice(2).join(' ')}\n`);
await import(pathToFileURL(`${process.cwd()}/npm-does.mjs`).href);
