import { expect, test } from 'vitest';
import { paths } from './paths.ts';

test('every link stays what bookmarks know', () => {
  expect({
    home: paths.home(),
    signIn: paths.signIn(),
    overview: paths.overview('default'),
    resources: paths.resources('default', 'routes'),
    resource: paths.resource('default', 'routes', 'orders'),
    editResource: paths.editResource('default', 'routes', 'orders'),
    createResource: paths.createResource('default', 'routes'),
    revisions: paths.revisions('default'),
    revision: paths.revision('default', 42),
    dataPlanes: paths.dataPlanes('default'),
    dataPlane: paths.dataPlane('default', 'dp-1'),
    playground: paths.playground('default'),
    newPassword: paths.newPassword(),
    compare: paths.compare('default'),
    drafts: paths.drafts('default'),
    draft: paths.draft('default', 7),
    transfer: paths.transfer('default'),
    groups: paths.groups('default'),
    groupSettings: paths.groupSettings('default'),
    promote: paths.promote('default'),
    access: paths.access('default'),
    account: paths.account('default'),
    audit: paths.audit('default'),
  }).toMatchInlineSnapshot(`
    {
      "access": "/g/default/access",
      "account": "/g/default/account",
      "audit": "/g/default/audit",
      "compare": "/g/default/compare",
      "createResource": "/g/default/create/routes",
      "dataPlane": "/g/default/data-planes/dp-1",
      "dataPlanes": "/g/default/data-planes",
      "draft": "/g/default/drafts/7",
      "drafts": "/g/default/drafts",
      "editResource": "/g/default/resources/routes/orders/edit",
      "groupSettings": "/g/default/settings",
      "groups": "/g/default/groups",
      "home": "/",
      "newPassword": "/new-password",
      "overview": "/g/default",
      "playground": "/g/default/playground",
      "promote": "/g/default/promote",
      "resource": "/g/default/resources/routes/orders",
      "resources": "/g/default/resources/routes",
      "revision": "/g/default/revisions/42",
      "revisions": "/g/default/revisions",
      "signIn": "/sign-in",
      "transfer": "/g/default/transfer",
    }
  `);
});

test('an id cannot leave its segment', () => {
  expect(paths.resource('eu/west', 'routes', '../a?b')).toBe('/g/eu%2Fwest/resources/routes/..%2Fa%3Fb');
});
