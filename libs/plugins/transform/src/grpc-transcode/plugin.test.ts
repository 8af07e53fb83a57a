import { startGateway, startUpstream } from '@sluice/testing';
import type protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { describe, expect, test } from 'vitest';
import { content, root, route, startPeers } from './fixtures/grpc-peers.ts';
import { grpcTranscode } from './plugin.ts';

describe('a call is refused', () => {
  test.each([
    ['without its proto', { proto: null }],
    ['without its service', { config: { service: 'test.Other' } }],
    ['without its method', { config: { method: 'Other' } }],
  ])('%s, by 503 and a line in the log', async (_case, wanted) => {
    await using peers = await startPeers(wanted);
    expect((await peers.gateway.get('/')).statusCode).toBe(503);
    expect(peers.gateway.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  test.each([
    ['no name of its enum', { color: 'BLUE' }],
    ['a text for a number', { int: 'four' }],
    ['a fraction for a whole number', { int: 1.5 }],
    ['a number that does not fit', { int: 2 ** 31 }],
    ['a negative number for one without a sign', { ulong: -1 }],
    ['an object for a text', { text: {} }],
    ['a text for an object', { inner: 'x' }],
    ['a text for a truth', { truth: 'maybe' }],
    ['too many levels', nested(200)],
  ])('by 400 where it brings %s', async (_case, body) => {
    await using peers = await startPeers();
    expect((await peers.json(body)).statusCode).toBe(400);
    expect(peers.calls).toHaveLength(0);
  });

  test.each(['{', '[]', '7', ''])('by 400 where its body is %j', async (body) => {
    await using peers = await startPeers();
    const headers = { 'content-type': 'application/json' };
    expect((await peers.gateway.request({ method: 'POST', headers, body })).statusCode).toBe(400);
  });

  test('by 502 where the server is not there', async () => {
    await using gone = await startUpstream();
    await gone.close();
    const proto = { kind: 'proto', id: 'p', value: { content } };
    await using gateway = await startGateway([grpcTranscode], [proto, route({ scheme: 'grpc', port: gone.port })]);
    const { statusCode, body } = await gateway.get('/');
    expect([statusCode, body]).toEqual([502, expect.stringContaining('502 Bad Gateway')]);
  });
});

function nested(depth: number): object {
  return { inner: Array.from({ length: depth }).reduce<object>((inner) => ({ inner }), {}) };
}

describe('an answer', () => {
  test.each([
    ['is no message', { answer: Buffer.from([0x0a, 0x7f, 1]) }],
    ['has a field of another type', { answer: Buffer.from([0x08, 1]) }],
    ['is longer than may be held', { answer: Buffer.alloc(100), config: { max_resp_body_size: 50 } }],
  ])('that %s is told to be so', async (_case, wanted) => {
    await using peers = await startPeers(wanted);
    expect((await peers.gateway.get('/')).body).toBe('failed to decode response data by protobuf');
    expect(peers.gateway.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  test('of a server that speaks no gRPC passes where it is an error', async () => {
    await using upstream = await startUpstream((_req, res) => res.writeHead(418).end('teapot'));
    const proto = { kind: 'proto', id: 'p', value: { content } };
    await using gateway = await startGateway([grpcTranscode], [proto, route({ scheme: 'http', port: upstream.port })]);
    const { statusCode, body } = await gateway.get('/');
    expect([statusCode, body]).toEqual([418, 'teapot']);
  });
});

describe('values', () => {
  const full = {
    text: 'é',
    int: -7,
    truth: true,
    real: 1.5,
    small: 0.25,
    raw: 'bytes',
    color: 'GREEN',
    items: ['a', 'b'],
    numbers: [1, -2, 3],
    counts: { a: 1, b: 2 },
    inner: { text: 'in', inner: { text: 'deeper' } },
    inners: [{ text: 'x' }, { text: 'y' }],
    maybe: '',
    zigzag: -3,
    fixed: 9,
    two: 2,
    named: { '-1': { text: 'n' } },
    colors: ['RED', 'GREEN'],
  };

  test.each(['no_default_values', 'use_default_metatable'])('of every type come and go (%s)', async (option) => {
    await using peers = await startPeers({ config: { pb_option: [option] } });
    const response = await peers.json(full);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json()).toEqual(full);
    const { raw: _raw, zigzag: _zigzag, fixed: _fixed, ...others } = full;
    expect(peers.calls).toMatchObject([{ path: '/test.Echo/Say', message: others }]);
  });

  test('come from a query, and from a form', async () => {
    await using peers = await startPeers({ config: { pb_option: ['no_default_values'] } });
    const query = 'text=a+b&int=4&truth=false&items=x&items=y&numbers=5&color=1&long=%239007199254740993&unknown=1';
    const expected =
      '"text":"a b","int":4,"long":9007199254740993,"truth":false,"color":"GREEN","items":["x","y"],"numbers":[5]';
    expect((await peers.gateway.get(`/?${query}`)).body).toBe(`{${expected}}`);
    expect((await peers.gateway.request({ method: 'POST', body: query })).body).toBe(`{${expected}}`);
  });

  test.each([
    ['int64_as_number', '9223372036854775807', '4'],
    ['int64_as_string', '"#9223372036854775807"', '4'],
    ['int64_as_hexstring', '"#0x7FFFFFFFFFFFFFFF"', '4'],
  ])('of 64 bits lose no digit (%s)', async (option, long, ulong) => {
    await using peers = await startPeers({ config: { pb_option: [option, 'no_default_values'] } });
    const { body } = await peers.json({ long: '#9223372036854775807', ulong: 4 });
    expect(body).toBe(`{"long":${long},"ulong":${ulong}}`);
  });

  test('that were not sent are there as their defaults, those that may be missing are not', async () => {
    await using peers = await startPeers();
    expect((await peers.gateway.get('/')).json()).toEqual({
      text: '',
      int: 0,
      long: 0,
      ulong: 0,
      truth: false,
      real: 0,
      small: 0,
      raw: '',
      color: 'RED',
      items: [],
      numbers: [],
      counts: {},
      inners: [],
      zigzag: 0,
      fixed: 0,
      named: {},
      colors: [],
    });
  });

  test('of an older file have their defaults only where that is asked for', async () => {
    const proto = `syntax = "proto2"; package test; service Echo { rpc Say (All) returns (All); }
      message All { optional string text = 1 [default = "hm"]; optional int64 long = 3 [default = 5]; repeated string items = 10; }`;
    await using silent = await startPeers({ proto });
    expect((await silent.gateway.get('/')).json()).toEqual({});
    await using told = await startPeers({ proto, config: { pb_option: ['use_default_values'] } });
    expect((await told.gateway.get('/')).json()).toEqual({ text: 'hm', long: 5, items: [] });
  });

  test('of an enum are numbers where that is asked for, and where there is no name', async () => {
    await using peers = await startPeers({ config: { pb_option: ['enum_as_value', 'no_default_values'] } });
    expect((await peers.json({ color: 'GREEN' })).json()).toEqual({ color: 1 });
    await using named = await startPeers({ config: { pb_option: ['no_default_values'] } });
    expect((await named.json({ color: 7 })).json()).toEqual({ color: 7 });
  });
});

test('the server is told how long it has', async () => {
  await using peers = await startPeers({ config: { deadline: 60_000 } });
  await peers.gateway.get('/');
  expect(Number(peers.calls[0]?.deadline)).toBeLessThan(Date.now() + 61_000);
  await using patient = await startPeers();
  await patient.gateway.get('/');
  expect(patient.calls[0]?.deadline).toBe(Infinity);
});

test('a proto may be a set of descriptors, and a change of it holds for the next request', async () => {
  interface Described {
    toDescriptor(syntax: string): protobuf.Message;
  }
  const set = (root as unknown as Described).toDescriptor('proto3');
  const packed = Buffer.from(descriptor.FileDescriptorSet.encode(set as never).finish()).toString('base64');
  await using peers = await startPeers({ proto: packed, config: { pb_option: ['no_default_values'] } });
  expect((await peers.json({ text: 'a', long: 3 })).json()).toEqual({ text: 'a', long: 3 });

  const renamed = content.replace('string text = 1; int32', 'string word = 1; int32');
  peers.gateway.apply({ kind: 'proto', id: 'p', value: { content: renamed } });
  expect((await peers.json({ word: 'a' })).json()).toEqual({ word: 'a' });
  peers.gateway.apply({ kind: 'proto', id: 'p', value: null });
  expect((await peers.json({ word: 'a' })).statusCode).toBe(503);
});
