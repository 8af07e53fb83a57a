import { LaunchFailure } from '../launch-failure.mjs';
import { whyNotListen } from './listen-probe.mjs';
import { portHolder } from './port-holder.mjs';

/**
 * Refuses to go on when a port cannot be had, and names all of them, their variables and who holds them.
 * @param {readonly import('../settings.mjs').PortSetting[]} ports
 */
export async function requireFreePorts(ports) {
  const problems = await Promise.all(ports.map(describeProblem));
  const found = problems.filter((problem) => problem !== null);
  if (found.length === 0) return;
  throw new LaunchFailure(found.join('\n'), { hint: 'Nothing was started.' });
}

/** @param {import('../settings.mjs').PortSetting} setting */
async function describeProblem({ port, host, variable, title }) {
  const code = await whyNotListen(port, host);
  if (code === null) return null;
  if (code === 'EADDRINUSE')
    return `Port ${port} for ${title} is taken${takenBy(port)}. End it, or choose another port: ${variable}=${port + 10000 > 65535 ? port - 10000 : port + 10000} npm start`;
  if (code === 'EACCES')
    return `Port ${port} for ${title} needs more rights than this user has. Choose one above 1023 with ${variable}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host} to listen on for ${title}. Look at SLUICE_HOST.`;
  return `Port ${port} for ${title} (${variable}) cannot be used: ${code}.`;
}

/** @param {number} port */
function takenBy(port) {
  const holder = portHolder(port);
  return holder ? ` by process ${holder.pid} (${holder.command})` : '';
}
