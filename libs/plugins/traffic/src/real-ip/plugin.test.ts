import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { realIp } from './plugin.ts';

type Headers = Record<string, string | string[]>;

/** Who the upstream hears that the client is. */
async function seenClient(config: object, headers: Headers = {}, path = '/') {
  await using upstream = await startUpstream();
  const plugins = { 'real-ip': config };
  const options = { trustedAddresses: ['127.0.0.1'] };
  await using gateway = await startGateway([realIp], { uri: '/*', upstream: upstream.url, plugins }, options);
  await gateway.get(path, headers);
  return { ip: upstream.requests[0]?.headers['x-real-ip'], log: gateway.log.lines };
}

const forwarded = { source: 'http_x_forwarded_for' };

describe('the address stays as it is', () => {
  test.each([
    ['without a value', { source: 'http_xff' }, {}],
    ['where the value is no address', { source: 'http_xff' }, { xff: '1.1.1.1.1' }],
    ['where the value is empty', { source: 'http_xff' }, { xff: '' }],
    ['where the port is none', { source: 'http_xff' }, { xff: '1.1.1.1:65536' }],
    ['where the port is 0', { source: 'http_xff' }, { xff: '1.1.1.1:0' }],
    ['where the bracket does not end', { source: 'http_xff' }, { xff: '[::2' }],
    ['where a name stands in brackets', { source: 'http_xff' }, { xff: '[localhost]:80' }],
  ])('%s, and the log says so', async (_case, config, headers) => {
    const { ip, log } = await seenClient(config, headers);
    expect(ip).toBe('127.0.0.1');
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  test('where the peer is not trusted', async () => {
    const config = { ...forwarded, trusted_addresses: ['192.0.2.0/24', '2001:db8::/32'] };
    expect((await seenClient(config, { 'x-forwarded-for': '1.1.1.1' })).ip).toBe('127.0.0.1');
  });
});

describe('the address is taken', () => {
  test.each([
    ['alone', '1.1.1.1', '1.1.1.1'],
    ['with a port', '1.1.1.1:7090', '1.1.1.1'],
    ['of IPv6', '::2', '::2'],
    ['of IPv6 in brackets', '[::2]', '::2'],
    ['of IPv6 with a port', '[::2]:80', '::2'],
  ])('%s', async (_case, value, expected) => {
    expect((await seenClient({ source: 'http_xff' }, { xff: value })).ip).toBe(expected);
  });

  test('from an argument', async () => {
    expect((await seenClient({ source: 'arg_ip' }, {}, '/?ip=1.2.3.4')).ip).toBe('1.2.3.4');
  });

  test('from the end of the last line, since proxies append', async () => {
    expect((await seenClient(forwarded, { 'x-forwarded-for': '::1, 1.1.1.1' })).ip).toBe('1.1.1.1');
    expect((await seenClient(forwarded, { 'x-forwarded-for': ['1.1.1.1', '2.2.2.2'] })).ip).toBe('2.2.2.2');
  });

  test('from a trusted peer', async () => {
    const config = { ...forwarded, trusted_addresses: ['127.0.0.0/8'] };
    expect((await seenClient(config, { 'x-forwarded-for': '1.1.1.1' })).ip).toBe('1.1.1.1');
  });

  test.each([
    ['past trusted proxies', '1.1.1.1, 192.128.1.1, 127.0.0.1', '1.1.1.1'],
    ['though the client has put others before it', '6.6.6.6, 1.1.1.1, 192.128.1.1', '1.1.1.1'],
    ['from the front where all are trusted', '192.128.1.1, 127.0.0.1', '192.128.1.1'],
  ])('%s', async (_case, value, expected) => {
    const config = { ...forwarded, trusted_addresses: ['192.128.0.0/16', '127.0.0.0/24'], recursive: true };
    expect((await seenClient(config, { 'x-forwarded-for': value })).ip).toBe(expected);
  });
});

test.each([
  [{}, 'property "source" is required'],
  [{ source: '' }, 'property "source" validation failed'],
  [{ source: 'arg_ip', trusted_addresses: ['127.0.0.'] }, 'property "trusted_addresses" validation failed'],
  [{ source: 'arg_ip', trusted_addresses: ['::1/129'] }, 'invalid ip address: ::1/129'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'real-ip': config } };
  await expect(startGateway([realIp], route)).rejects.toThrow(message);
});
