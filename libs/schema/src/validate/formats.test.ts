import { expect, test } from 'vitest';
import { formats, isCidr, isIpv4, isIpv6 } from './formats.ts';

test.each(['', '1.2.3', '1.2.3.4.', '256.1.1.1', '01.2.3.4', '1.2.3.4.5', '::1'])(
  '%j is not an IPv4 address',
  (text) => {
    expect(isIpv4(text)).toBe(false);
  },
);

test.each([
  '',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  'g::',
  '::1.2.3',
  '[::1]',
  '1.2.3.4',
])('%j is not an IPv6 address', (text) => {
  expect(isIpv6(text)).toBe(false);
});

test.each(['::', '::1', 'fe80::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '2001:DB8::1:0'])(
  '%j is an IPv6 address',
  (text) => {
    expect(isIpv6(text)).toBe(true);
  },
);

test.each([
  ['ipv4', '10.0.0.1', '10.0.0'],
  ['hostname', 'a-b.example.com', '-a.example.com'],
  ['email', 'a.b@example.com', 'a b@example.com'],
  ['uri', 'https://example.com/a?b=c#d', '/a b'],
  ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123e4567'],
  ['date', '2024-02-29', '2023-02-29'],
  ['time', '23:59:60Z', '24:00:00Z'],
  ['date-time', '2024-02-29T10:00:00+02:00', '2024-02-30T10:00:00Z'],
])('%s tells %j from %j', (format, good, bad) => {
  expect([formats[format]?.(good), formats[format]?.(bad)]).toEqual([true, false]);
});

test.each(['10.0.0.1', '10.0.0.0/0', '10.0.0.0/32', '::1', '2001:db8::/128'])('%j is an address or a block', (text) => {
  expect(isCidr(text)).toBe(true);
});

test.each(['', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/8/8', '::/129', '1:2:3:4:5:6:7:8:9/64', '10.0.0.0/-1'])(
  '%j is neither an address nor a block',
  (text) => {
    expect(isCidr(text)).toBe(false);
  },
);
