import { Metadata } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { root, startPeers } from './fixtures/grpc-peers.ts';

describe('an error of the server', () => {
  test('becomes a status, with nothing in the body', async () => {
    await using peers = await startPeers({ config: { method: 'Fail' } });
    const { statusCode, headers, body } = await peers.gateway.get('/');
    expect([statusCode, body, headers['grpc-status']]).toEqual([404, '', '5']);
    expect(headers['content-type']).toBe('application/json');
  });

  test.each([
    [1, 499],
    [2, 500],
    [3, 400],
    [4, 504],
    [7, 403],
    [8, 429],
    [9, 400],
    [10, 409],
    [12, 501],
    [14, 503],
    [16, 401],
    [42, 599],
  ])('with the code %i becomes %i', async (code, expected) => {
    await using peers = await startPeers({ config: { method: 'Fail' }, failure: { code, details: '' } });
    expect((await peers.gateway.get('/')).statusCode).toBe(expected);
  });

  test('is shown in the body where that is asked for', async () => {
    await using peers = await startPeers({ config: { method: 'Fail', show_status_in_body: true } });
    const { statusCode, body } = await peers.gateway.get('/');
    expect([statusCode, JSON.parse(body)]).toEqual([404, { error: { code: 5, message: 'not hére' } }]);
  });

  test('that comes behind an empty answer is told in the body and in the trailers', async () => {
    await using peers = await startPeers({ config: { method: 'FailLate' } });
    const { body, trailers } = await peers.gateway.request({ headers: { te: 'trailers', connection: 'te' } });
    expect(JSON.parse(body)).toEqual({ error: { code: 5, message: 'too late' } });
    expect(trailers).toMatchObject({ 'grpc-status': '5' });
  });

  const detail = root.lookupType('test.Problem').encode({ field: 'a' }).finish();
  const rich = protobuf.parse(`syntax = "proto3"; message Any { string type_url = 1; bytes value = 2; }
    message Status { int32 code = 1; string message = 2; repeated Any details = 3; }`).root;
  const packed = (value: Uint8Array) =>
    Buffer.from(
      rich
        .lookupType('Status')
        .encode({ code: 3, message: 'bad', details: [{ typeUrl: 'type/test.Problem', value }] })
        .finish(),
    );

  test.each<[string, object, Buffer, unknown]>([
    ['as messages', { status_detail_type: 'test.Problem' }, packed(detail), { code: 3, details: [{ field: 'a' }] }],
    ['as they are', {}, packed(detail), { code: 3, message: 'bad', details: [{ type_url: 'type/test.Problem' }] }],
    [
      'not, where they are of another type',
      { status_detail_type: 'test.Problem' },
      packed(Buffer.from([0x0a, 0x7f])),
      'failed to call pb.decode to decode details in grpc-status-details-bin',
    ],
    [
      'not, where there is no such type',
      { status_detail_type: 'test.None' },
      packed(detail),
      'failed to call pb.decode to decode details in grpc-status-details-bin',
    ],
    [
      'not, where they are no status',
      {},
      Buffer.from([0x0a]),
      'failed to call pb.decode to decode grpc-status-details-bin',
    ],
  ])('has its details shown %s', async (_case, config, bytes, expected) => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', bytes);
    const failure = { code: 3, details: 'bad', metadata };
    await using peers = await startPeers({ config: { method: 'Fail', show_status_in_body: true, ...config }, failure });
    const { statusCode, body } = await peers.gateway.get('/');
    expect(statusCode).toBe(400);
    if (typeof expected === 'string') expect(body).toBe(expected);
    else expect(JSON.parse(body)).toMatchObject({ error: expected as object });
  });
});
