import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GatewayError } from '@sluice/errors';
import { expect, test } from 'vitest';
import { Access, Public } from './access.decorator.ts';
import { AccessGuard } from './access.guard.ts';
import type { AdminKeyGuard } from './admin-key.guard.ts';
import type { Authenticator } from './authenticator.ts';
import type { Principal } from './principal.ts';
import type { RefusedWrites } from './refused-writes.ts';

class Handlers {
  forgotten(): void {}

  @Public('a test')
  open(): void {}

  @Access({ role: 'editor', via: ['key'] })
  guarded(): void {}
}

const viewer: Principal = {
  name: 'a viewer',
  type: 'admin_key',
  grants: [{ group: null, role: 'viewer' }],
  credential: { type: 'key', hash: Buffer.alloc(32) },
  userId: null,
  limits: null,
  mustChangePassword: false,
};

/** A guard before a handler, for a caller who has proved to be a viewer. */
function enter(handler: keyof Handlers): Promise<boolean> {
  const authenticator = { identify: () => Promise.resolve(viewer) } as unknown as Authenticator;
  const refusals = { record: () => Promise.resolve() } as unknown as RefusedWrites;
  const guard = new AccessGuard(new Reflector(), authenticator, {} as AdminKeyGuard, refusals);
  const context = {
    getHandler: () => Handlers.prototype[handler],
    getClass: () => Handlers,
    switchToHttp: () => ({ getRequest: () => ({ params: {}, ip: '127.0.0.1' }) }),
  };
  return guard.canActivate(context as unknown as ExecutionContext);
}

test('a handler whose rule was forgotten answers nobody', async () => {
  const refusal = await enter('forgotten').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(GatewayError);
  expect(refusal).toMatchObject({ status: 403, detail: 'Handlers.forgotten has no access rule' });
});

test('a role that is too low is refused', async () => {
  await expect(enter('guarded')).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a public handler is open', async () => {
  await expect(enter('open')).resolves.toBe(true);
});
