// Stands in for a plane: answers its health check, and writes down what happens to it.
// Arguments: name, port, events file, and how it behaves: `stubborn` ignores SIGTERM, `broken` ends at once.
import fs from 'node:fs';
import http from 'node:http';

const [name, port, events, ...behaviour] = process.argv.slice(2);
const note = (what) => fs.appendFileSync(events, `${name} ${what}\n`);

if (behaviour.includes('broken')) {
  console.log('the reason why it is broken');
  process.exit(3);
}
http
  .createServer((_request, response) => response.end('ok'))
  .listen(Number(port), '127.0.0.1', () => note(`started ${process.pid}`));
process.on('SIGTERM', () => {
  note('SIGTERM');
  if (!behaviour.includes('stubborn')) process.exit(0);
});
process.on('SIGINT', () => note('SIGINT'));
process.on('SIGUSR1', () => note('SIGUSR1'));
console.error(JSON.stringify({ level: 50, msg: `trouble of ${name}` }));
