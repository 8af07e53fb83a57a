import { expect, test } from 'vitest';
import { dialTargets } from './etcd-options.ts';

const refused = expect.objectContaining({ code: 'ETCD_SETTINGS' });

test.each([
  [[]],
  [['127.0.0.1:2379']],
  [['ftp://127.0.0.1']],
  [['http://127.0.0.1/path']],
  [['http://a:1', 'https://b:1']],
])('the endpoints %j are refused', (endpoints) => {
  expect(() => dialTargets({ endpoints })).toThrow(refused);
});

test('an endpoint that carries a password is refused without repeating it', () => {
  const plan = () => dialTargets({ endpoints: ['http://root:hunter2@127.0.0.1:2379'] });

  expect(plan).toThrow(refused);
  expect(plan).not.toThrow(expect.objectContaining({ detail: expect.stringContaining('hunter2') as string }));
});

test('a client certificate without its key is refused', () => {
  expect(() => dialTargets({ endpoints: ['https://etcd'], tls: { cert: 'PEM' } })).toThrow(refused);
});

test('a key that is no PEM is refused without repeating it', () => {
  const plan = () => dialTargets({ endpoints: ['https://etcd'], tls: { cert: 'no', key: 'very-secret' } });

  expect(plan).toThrow(refused);
  expect(plan).not.toThrow(expect.objectContaining({ cause: expect.anything() as unknown }));
});

test('the port is 2379 where none is given', () => {
  expect(dialTargets({ endpoints: ['http://etcd-1', 'http://[::1]:1234'] }).map(({ address }) => address)).toEqual([
    'etcd-1:2379',
    '[::1]:1234',
  ]);
});
