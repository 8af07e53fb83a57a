import { reply } from '@sluice/plugin-kit';
import { startGateway } from '@sluice/testing';
import { expect, test } from 'vitest';
import { testPlugin } from './fixtures/test-plugin.ts';

const teller = testPlugin('teller', () => ({
  access: (ctx) => reply(200, `${ctx.variable('tier') ?? 'none'} ${ctx.variable('word') ?? 'none'}`),
}));

function route(source: string, more: object = {}) {
  return { uri: '/*', plugins: { teller: { word: 'w', _meta: { pre_function: source, ...more } } } };
}

test.each(['function(conf, ctx) ngx.say("hi") end', 'nonsense ('])('%s is refused', async (source) => {
  await expect(startGateway([teller], route(source))).rejects.toThrow('failed to load _meta.pre_function');
});

test.each(['() => { throw new Error("no"); }', '() => { while (true); }'])(
  'where %s fails, the plugin runs all the same and the log says so',
  async (source) => {
    await using gateway = await startGateway([teller], route(source));
    expect((await gateway.get('/')).body).toBe('none none');
    expect(gateway.log.lines.map(({ message }) => message)).toContain('a function before a plugin failed');
  },
);

test('what the function gives back are variables, made of the configuration and the request', async () => {
  const source = '(conf) => ({ tier: vars.arg_plan === "pro" ? "gold" : "tin", word: conf.word + 1 })';
  await using gateway = await startGateway([teller], route(source));
  // On a busy machine a call may run out of its time, and the next one does not.
  await expect.poll(async () => (await gateway.get('/?plan=pro')).body).toBe('gold w1');
  await expect.poll(async () => (await gateway.get('/')).body).toBe('tin w1');
});

test('a plugin that its filter leaves out has no function run', async () => {
  const source = '() => ({ tier: "never" })';
  const filtered = route(source, { filter: [['arg_on', '==', '1']] });
  await using gateway = await startGateway(
    [
      teller,
      testPlugin('last', () => ({ access: (ctx) => reply(200, ctx.variable('tier') ?? 'none') }), { priority: 1 }),
    ],
    { ...filtered, plugins: { ...filtered.plugins, last: {} } },
  );
  expect((await gateway.get('/')).body).toBe('none');
  await expect.poll(async () => (await gateway.get('/?on=1')).body).toContain('never');
});
