import net from 'node:net';
import { expect, test } from 'vitest';
import { freePort, whyNotListen } from '../src/ports/listen-probe.mjs';
import { portHolder } from '../src/ports/port-holder.mjs';
import { requireFreePorts } from '../src/ports/require-free-ports.mjs';

async function listener(options = {}) {
  const server = net.createServer();
  await new Promise((resolve) => server.listen({ port: 0, host: '127.0.0.1', ...options }, resolve));
  return { port: server.address().port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)) };
}

test('a taken port is named with its variable, its purpose and who holds it', async () => {
  await using taken = await listener();
  const setting = { variable: 'SLUICE_HTTP_PORT', title: 'the gateway', port: taken.port, host: '127.0.0.1' };

  const refusal = requireFreePorts([setting]);

  await expect(refusal).rejects.toThrow(`Port ${taken.port} for the gateway is taken by process ${process.pid} (`);
  await expect(refusal).rejects.toThrow('SLUICE_HTTP_PORT=');
});

test('all taken ports are named at once', async () => {
  await using one = await listener();
  await using two = await listener();
  const setting = { title: 'x', host: '127.0.0.1' };

  const refusal = requireFreePorts([
    { ...setting, variable: 'SLUICE_ADMIN_PORT', port: one.port },
    { ...setting, variable: 'SLUICE_GRPC_PORT', port: two.port },
  ]);

  await expect(refusal).rejects.toThrow(/SLUICE_ADMIN_PORT[^]*SLUICE_GRPC_PORT/);
});

test('a listener that shares its port with SO_REUSEPORT is still found', async () => {
  await using taken = await listener({ reusePort: true });

  expect(await whyNotListen(taken.port, '127.0.0.1')).toBe('EADDRINUSE');
});

test('an address that this machine does not have is blamed on SLUICE_HOST', async () => {
  const setting = { variable: 'SLUICE_HTTP_PORT', title: 'the gateway', port: await freePort(), host: '192.0.2.1' };

  await expect(requireFreePorts([setting])).rejects.toThrow('Look at SLUICE_HOST');
});

test('a free port is free, and nobody holds it', async () => {
  const port = await freePort();

  expect(await whyNotListen(port, '127.0.0.1')).toBeNull();
  expect(portHolder(port)).toBeNull();
});
