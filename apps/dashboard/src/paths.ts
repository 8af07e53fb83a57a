/** Every link of the dashboard, as a function. Ids are encoded here and nowhere else. */
export const paths = {
  home: () => '/',
  signIn: () => '/sign-in',
  newPassword: () => '/new-password',
  overview: (group: string) => `/g/${segment(group)}`,
  resources: (group: string, plural: string) => `/g/${segment(group)}/resources/${segment(plural)}`,
  resource: (group: string, plural: string, id: string) => `${paths.resources(group, plural)}/${segment(id)}`,
  editResource: (group: string, plural: string, id: string) => `${paths.resource(group, plural, id)}/edit`,
  // Beside the list and not under it, since any word may be an id.
  createResource: (group: string, plural: string) => `/g/${segment(group)}/create/${segment(plural)}`,
  revisions: (group: string) => `/g/${segment(group)}/revisions`,
  dataPlanes: (group: string) => `/g/${segment(group)}/data-planes`,
  dataPlane: (group: string, id: string) => `${paths.dataPlanes(group)}/${segment(id)}`,
  playground: (group: string) => `/g/${segment(group)}/playground`,
  revision: (group: string, number: number) => `/g/${segment(group)}/revisions/${number}`,
  compare: (group: string) => `/g/${segment(group)}/compare`,
  drafts: (group: string) => `/g/${segment(group)}/drafts`,
  draft: (group: string, id: number) => `/g/${segment(group)}/drafts/${id}`,
  transfer: (group: string) => `/g/${segment(group)}/transfer`,
  groups: (group: string) => `/g/${segment(group)}/groups`,
  groupSettings: (group: string) => `/g/${segment(group)}/settings`,
  promote: (group: string) => `/g/${segment(group)}/promote`,
  access: (group: string) => `/g/${segment(group)}/access`,
  account: (group: string) => `/g/${segment(group)}/account`,
  audit: (group: string) => `/g/${segment(group)}/audit`,
};

function segment(value: string): string {
  return encodeURIComponent(value);
}
