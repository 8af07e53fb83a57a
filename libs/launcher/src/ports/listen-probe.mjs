import net from 'node:net';

/**
 * A port that is free now. Somebody else may take it before its user does, so use it at once.
 * @param {string} [host]
 * @returns {Promise<number>}
 */
export async function freePort(host = '127.0.0.1') {
  const server = net.createServer();
  await listen(server, 0, host);
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has no port.');
  return address.port;
}

/**
 * Tries to listen, without SO_REUSEPORT: two processes of one user would share a port silently with it.
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | null>} null when the port is free, else the error's code
 */
export async function whyNotListen(port, host) {
  const server = net.createServer();
  try {
    await listen(server, port, host);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code ?? 'EUNKNOWN';
  }
  await new Promise((resolve) => server.close(resolve));
  return null;
}

/** @param {net.Server} server @param {number} port @param {string} host */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(undefined));
  });
}
