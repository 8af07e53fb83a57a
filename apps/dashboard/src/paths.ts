/** Every link of the dashboard, as a function. Ids are encoded here and nowhere else. */
export const paths = {
  home: () => '/',
  signIn: () => '/sign-in',
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
};

function segment(value: string): string {
  return encodeURIComponent(value);
}
