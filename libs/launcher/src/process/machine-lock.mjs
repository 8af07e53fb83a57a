import { createHash } from 'node:crypto';
import net from 'node:net';

const ANSWER_MS = 1000;

/**
 * A lock that the kernel releases when its holder dies, however it dies: an abstract Unix socket.
 * It also tells others who holds it.
 * @typedef {{ release: () => Promise<void> }} MachineLock
 */

/**
 * @param {string} subject what is locked, for example a directory's real path
 * @param {Record<string, unknown>} about what a second one is told, for example our pid
 * @returns {Promise<{ lock: MachineLock } | { holder: Record<string, unknown> }>}
 */
export async function takeLock(subject, about) {
  const name = `\0sluice-${createHash('sha256').update(subject).digest('hex').slice(0, 40)}`;
  const server = net.createServer((socket) => {
    socket.on('error', () => {}); // Whoever asked went away.
    socket.end(JSON.stringify(about));
  });
  try {
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(name, () => resolve(undefined));
    });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE') throw error;
    return { holder: await askHolder(name) };
  }
  server.unref();
  return { lock: { release: () => new Promise((resolve) => server.close(() => resolve())) } };
}

/**
 * @param {string} name
 * @returns {Promise<Record<string, unknown>>}
 */
function askHolder(name) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(name);
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk));
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => resolve(parseAnswer(answer)));
  });
}

/** @param {string} answer */
function parseAnswer(answer) {
  try {
    return JSON.parse(answer);
  } catch {
    return {}; // It is busy or has just ended: we only know that somebody held it.
  }
}
