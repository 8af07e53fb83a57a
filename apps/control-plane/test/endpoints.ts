import type { Proof } from '../src/access/access.decorator.ts';
import type { Role } from '../src/access/role.ts';

/** A role, and how it may be proved. */
export interface RoleNeed {
  readonly role: Role;
  readonly via: readonly Proof[];
}

/** Endpoints by `METHOD path`, with what each needs. */
type Endpoints<Need> = Readonly<Record<string, Need>>;

const byAnyone = (role: Role): RoleNeed => ({ role, via: ['session', 'key'] });
const bySession = (role: Role): RoleNeed => ({ role, via: ['session'] });

const GROUP = '/api/v1/groups/:group';

/*
 * Together these tables list every endpoint of the control plane. A new one is added here on purpose, or the authorization
 * test fails. HEAD follows GET where there is one; ALL stands for every method.
 */

/** Open to everybody. */
export const publicEndpoints: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  'POST /api/v1/session',
  'HEAD /apisix/admin',
  'HEAD /groups/:group/apisix/admin',
  'GET /',
  'GET /*',
];

/** Open to a role. */
export const roleEndpoints: Endpoints<RoleNeed> = {
  'GET /api/v1/session': bySession('viewer'),
  'DELETE /api/v1/session': bySession('viewer'),
  'POST /api/v1/session/password': bySession('viewer'),

  'GET /api/v1/audit': byAnyone('admin'),
  'GET /api/v1/system': byAnyone('viewer'),
  'GET /api/v1/groups': byAnyone('viewer'),

  [`GET ${GROUP}/schema`]: byAnyone('viewer'),
  [`GET ${GROUP}/resources/:plural`]: byAnyone('viewer'),
  [`GET ${GROUP}/resources/:plural/:id`]: byAnyone('viewer'),
  [`PUT ${GROUP}/resources/:plural/:id`]: byAnyone('editor'),
  [`POST ${GROUP}/resources/:plural`]: byAnyone('editor'),
  [`DELETE ${GROUP}/resources/:plural/:id`]: byAnyone('editor'),
  [`POST ${GROUP}/change-sets`]: byAnyone('editor'),

  [`GET ${GROUP}/revisions`]: byAnyone('viewer'),
  [`GET ${GROUP}/revisions/:number`]: byAnyone('viewer'),
  [`GET ${GROUP}/revisions/:number/diff`]: byAnyone('viewer'),
  [`POST ${GROUP}/revisions/:number/rollback`]: byAnyone('editor'),
  [`POST ${GROUP}/revisions/:number/revert`]: byAnyone('editor'),

  [`GET ${GROUP}/join-tokens`]: byAnyone('admin'),
  [`POST ${GROUP}/join-tokens`]: byAnyone('admin'),
  [`DELETE ${GROUP}/join-tokens/:id`]: byAnyone('admin'),

  [`GET ${GROUP}/instances`]: byAnyone('viewer'),
  [`GET ${GROUP}/instances/:id`]: byAnyone('viewer'),
  [`GET ${GROUP}/instances/:id/history`]: byAnyone('viewer'),
  [`POST ${GROUP}/instances/:id/drain`]: byAnyone('editor'),
  [`POST ${GROUP}/explain`]: byAnyone('editor'),
  [`GET ${GROUP}/metrics`]: byAnyone('viewer'),
  [`GET ${GROUP}/overview`]: byAnyone('viewer'),
  [`GET ${GROUP}/events`]: byAnyone('viewer'),
};

/** The compatible Admin API: what a viewer's key may do, and what needs an editor's. */
export const adminApiEndpoints: Endpoints<'viewer' | 'editor'> = {
  ...adminApiAt('/apisix/admin'),
  ...adminApiAt('/groups/:group/apisix/admin'),
};

function adminApiAt(prefix: string): Endpoints<'viewer' | 'editor'> {
  return {
    [`GET ${prefix}/plugins/list`]: 'viewer',
    [`GET ${prefix}/plugins`]: 'viewer',
    [`GET ${prefix}/plugins/:name`]: 'viewer',
    [`ALL ${prefix}/plugins/reload`]: 'editor',
    [`GET ${prefix}/schema/:name`]: 'viewer',
    [`GET ${prefix}/schema/plugins/:name`]: 'viewer',
    [`POST ${prefix}/schema/validate/:resource`]: 'editor',

    [`GET ${prefix}/:resource`]: 'viewer',
    [`GET ${prefix}/:resource/:id`]: 'viewer',
    [`PUT ${prefix}/:resource`]: 'editor',
    [`PUT ${prefix}/:resource/:id`]: 'editor',
    [`POST ${prefix}/:resource`]: 'editor',
    [`POST ${prefix}/:resource/:id`]: 'editor',
    [`PATCH ${prefix}/:resource`]: 'editor',
    [`PATCH ${prefix}/:resource/:id`]: 'editor',
    [`DELETE ${prefix}/:resource`]: 'editor',
    [`DELETE ${prefix}/:resource/:id`]: 'editor',
    [`ALL ${prefix}/:resource/:id/*`]: 'editor',
  };
}
