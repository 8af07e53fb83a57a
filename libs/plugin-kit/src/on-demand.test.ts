import { expect, test } from 'vitest';
import { onDemand } from './on-demand.ts';

const module = { name: 'heavy' };

test('a load that failed is tried again', async () => {
  let loads = 0;
  const get = onDemand(async () => {
    loads += 1;
    if (loads === 1) throw new Error('no such file');
    return module;
  });
  await expect(get()).rejects.toThrow('no such file');
  expect(await get()).toBe(module);
});

test('those who ask while it is on its way wait for one load', async () => {
  let loads = 0;
  const get = onDemand(async () => {
    loads += 1;
    return module;
  });
  expect(loads).toBe(0);
  await Promise.all([get(), get()]);
  expect(loads).toBe(1);
});

test('once it is there, nobody waits', async () => {
  const get = onDemand(async () => module);
  await get();
  expect(get()).toBe(module);
});
