import { describe, expect, onTestFinished, test } from 'vitest';
import { startVault } from '../fixtures/start-vault.ts';
import { SecretStore } from './secret-store.ts';

const jack = '$secret://vault/1/jack/key';

function storeOf(env: Record<string, string>, resources: Record<string, unknown> = {}) {
  const time = { ms: 0 };
  const changes: string[][] = [];
  const store = new SecretStore({
    env,
    resource: (id) => resources[id],
    now: () => time.ms,
    onChange: (references) => changes.push([...references]),
  });
  return { store, time, changes };
}

async function vaultWith(secrets: Record<string, Record<string, unknown>>) {
  const vault = await startVault();
  onTestFinished(() => vault[Symbol.asyncDispose]());
  for (const [path, fields] of Object.entries(secrets)) vault.secrets.set(path, fields);
  const config = { uri: vault.uri, prefix: 'kv/apisix', token: vault.token };
  return { vault, config, ...storeOf({ TOKEN: vault.token }, { 'vault/1': config }) };
}

function failure(code: string, detail: string) {
  return { error: expect.objectContaining({ code, detail: expect.stringContaining(detail) }) };
}

describe('a variable of the environment', () => {
  test.each([
    ['that is not set', '$env://NONE', 'the data plane has no such variable'],
    ["of the gateway's own", '$env://SLUICE_JOIN_TOKEN', 'the data plane has no such variable'],
    ['that holds no JSON', '$env://TEXT/user', 'the variable holds no JSON object with this text'],
    ['without that field', '$env://JSON/password', 'the variable holds no JSON object with this text'],
    ['asked for what every object has', '$env://JSON/constructor', 'the variable holds no JSON object with this text'],
  ])('%s is missing, and its value is in no message', async (_, reference, reason) => {
    const { store } = storeOf({ TEXT: 'hush', JSON: '{"user":"jack"}', SLUICE_JOIN_TOKEN: 'hush' });
    await store.prepare([reference]);

    expect(store.peek(reference)).toEqual(failure('SECRET_MISSING', reason));
    expect(JSON.stringify(store.peek(reference))).not.toContain('hush');
  });

  test('gives its text, or a field of its JSON', async () => {
    const { store } = storeOf({ TEXT: 'open', JSON: '{"user":"jack","port":5432}' });
    await store.prepare(['$ENV://TEXT', '$env://JSON/user', '$env://JSON/port']);

    expect(store.peek('$ENV://TEXT')).toEqual({ value: 'open' });
    expect(store.peek('$env://JSON/user')).toEqual({ value: 'jack' });
    expect(store.peek('$env://JSON/port')).toEqual({ value: '5432' });
  });
});

describe('a secret of a vault', () => {
  test('of which no resource tells is named as such', async () => {
    const { store } = storeOf({});
    await store.prepare([jack, '$secret://aws/1/jack/key']);

    expect(store.peek(jack)).toEqual(failure('SECRET_STORE_UNKNOWN', 'there is no secret resource vault/1'));
    expect(store.peek('$secret://aws/1/jack/key')).toEqual(failure('SECRET_STORE_UNKNOWN', 'aws/1'));
  });

  test('that nobody listens for, that is refused, absent or without the key: each says so', async () => {
    const { vault, store, config } = await vaultWith({ 'kv/apisix/jack': { other: 'x' } });
    await store.prepare([jack, '$secret://vault/1/jill/key']);
    expect(store.peek(jack)).toEqual(failure('SECRET_MISSING', 'the secret has no such key'));
    expect(store.peek('$secret://vault/1/jill/key')).toEqual(failure('SECRET_MISSING', 'the vault has no such secret'));

    Object.assign(config, { token: 'wrong' });
    await store.reread('vault/1');
    expect(store.peek(jack)).toEqual(failure('SECRET_STORE_REFUSED', 'the vault answered 403'));

    await vault[Symbol.asyncDispose]();
    await store.reread('vault/1');
    expect(store.peek(jack)).toEqual(failure('SECRET_STORE_UNREACHABLE', 'no connection'));
  });

  test.each([
    ['no JSON', 'hush, not JSON'],
    ['more than any secret', `{"data":{"key":"${'x'.repeat(2 ** 21)}"}}`],
  ])('in an answer that is %s is unreachable, and no message quotes it', async (_, body) => {
    const { vault, store } = await vaultWith({});
    vault.broken = { status: 200, body };
    await store.prepare([jack]);

    expect(store.peek(jack)).toEqual(failure('SECRET_STORE_UNREACHABLE', 'the vault answered no JSON'));
    expect(JSON.stringify(store.peek(jack))).not.toContain('hush');
  });

  test('is not looked for where an answer points: the token would go along', async () => {
    const elsewhere = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    const { vault, store } = await vaultWith({});
    vault.broken = { status: 307, body: '' };
    await store.prepare([jack]);

    expect(store.peek(jack)).toEqual(failure('SECRET_STORE_REFUSED', '307'));
    expect(elsewhere.vault.reads).toEqual([]);
  });

  test('is read by version 1 and 2 of the engine, from any depth, in a namespace', async () => {
    const secrets = { 'kv/apisix/team/jack': { key: 'one' }, 'kv2/data/apisix/jack': { key: 'two' } };
    const { vault, config, store } = await vaultWith(secrets);
    vault.namespace = 'prod';
    Object.assign(config, { namespace: 'prod' });
    await store.prepare(['$secret://vault/1/team/jack/key']);
    expect(store.peek('$secret://vault/1/team/jack/key')).toEqual({ value: 'one' });

    Object.assign(config, { prefix: 'kv2/data/apisix' });
    await store.prepare([jack]);
    expect(store.peek(jack)).toEqual({ value: 'two' });
  });

  test('may be opened by a token of the environment, but by no other reference', async () => {
    const { store, config } = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    Object.assign(config, { token: '$secret://vault/1/jack/key' });
    await store.prepare([jack]);
    expect(store.peek(jack)).toEqual(failure('SECRET_REFERENCE_INVALID', 'only $env:// is allowed in it'));

    Object.assign(config, { token: '$env://TOKEN' });
    await store.reread('vault/1');
    expect(store.peek(jack)).toEqual({ value: 'k' });
  });
});

describe('a secret that is kept', () => {
  test('is read once for all who ask, until it is due', async () => {
    const { vault, store, time } = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    await store.prepare([jack]);
    await store.prepare([jack]);
    time.ms = 299_999;
    await store.refresh();
    expect(vault.reads).toHaveLength(1);

    time.ms = 300_000;
    await store.refresh();
    expect(vault.reads).toHaveLength(2);
  });

  test('is told of when it changes, and only then', async () => {
    const { vault, store, time, changes } = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    await store.prepare([jack]);
    time.ms = 300_000;
    await store.refresh();
    expect(changes).toEqual([]);

    vault.secrets.set('kv/apisix/jack', { key: 'new' });
    time.ms = 600_000;
    await store.refresh();
    expect(changes).toEqual([[jack]]);
    expect(store.peek(jack)).toEqual({ value: 'new' });
  });

  test('outlives a silence of its store, and is tried again sooner', async () => {
    const { vault, store, time, changes } = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    await store.prepare([jack]);
    vault.broken = { status: 200, body: 'down' };
    time.ms = 300_000;
    await store.refresh();
    expect([store.peek(jack), changes]).toEqual([{ value: 'k' }, []]);

    vault.broken = undefined;
    vault.secrets.set('kv/apisix/jack', { key: 'new' });
    time.ms = 360_000;
    await store.refresh();
    expect(store.peek(jack)).toEqual({ value: 'new' });
  });

  test('is lost when its store says that it is gone', async () => {
    const { vault, store, time, changes } = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    await store.prepare([jack]);
    vault.secrets.clear();
    time.ms = 300_000;
    await store.refresh();

    expect(store.peek(jack)).toEqual(failure('SECRET_MISSING', 'no such secret'));
    expect(changes).toEqual([[jack]]);
  });

  test('that was missing appears within a minute', async () => {
    const { vault, store, time, changes } = await vaultWith({});
    await store.prepare([jack]);
    vault.secrets.set('kv/apisix/jack', { key: 'k' });
    time.ms = 60_000;
    await store.refresh();

    expect([store.peek(jack), changes]).toEqual([{ value: 'k' }, [[jack]]]);
  });

  test('is forgotten when nothing refers to it', async () => {
    const { vault, store, time } = await vaultWith({ 'kv/apisix/jack': { key: 'k' } });
    await store.prepare([jack]);
    store.keepOnly(new Set());
    time.ms = 300_000;
    await store.refresh();

    expect(vault.reads).toHaveLength(1);
    expect(store.peek(jack)).toEqual(failure('SECRET_MISSING', 'not read yet'));
  });
});
