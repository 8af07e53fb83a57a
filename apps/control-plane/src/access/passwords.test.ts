import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

test('a wrong password, a missing hash and a hash of another making are all simply false', async () => {
  const passwords = new Passwords();
  const hash = await passwords.hash('right');
  expect(await passwords.verify('wrong', hash)).toBe(false);
  expect(await passwords.verify('right', undefined)).toBe(false);
  expect(await passwords.verify('right', '$2b$10$abcdefghijklmnopqrstuv')).toBe(false);
});

test('a password is recognised by a hash that names its own cost and never repeats', async () => {
  const passwords = new Passwords();
  const [one, two] = await Promise.all([passwords.hash('right'), passwords.hash('right')]);
  expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$/);
  expect(one).not.toBe(two);
  expect(await passwords.verify('right', one)).toBe(true);
  expect(passwords.isOutdated(one)).toBe(false);
  expect(passwords.isOutdated(one.replace('ln=15', 'ln=14'))).toBe(true);
});

test('the same letters in another normal form are the same password', async () => {
  const passwords = new Passwords();
  expect(await passwords.verify('cafe\u0301', await passwords.hash('caf\u00e9'))).toBe(true);
});

test('more checks than can wait are refused instead of queued', async () => {
  const passwords = new Passwords();
  const cheap = `$scrypt$ln=4,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
  const checks = Array.from({ length: 80 }, () => passwords.verify('x', cheap));
  const outcomes = await Promise.allSettled(checks);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(80 - 66);
});
