import { join } from 'node:path';
import { runnerImport } from 'vite';
import type { Workspace } from '../projects/read-workspace.ts';

const CONTROL_PLANE = 'apps/control-plane';

/** A JSON Schema, or an object with schemas in it, as the document holds them. */
export type Described = Readonly<Record<string, unknown>>;

/** The OpenAPI document of the control plane, as far as the generators read it. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Described>> };
}

/** Reads the document from the decorators of the control plane, which Node alone does not understand. */
export async function readOpenApi(workspace: Workspace): Promise<OpenApi> {
  const root = join(workspace.root, CONTROL_PLANE);
  const { module } = await runnerImport<{ describeApi(): OpenApi }>(join(root, 'src/openapi/describe-api.ts'), {
    configFile: false,
    logLevel: 'warn',
    root,
  });
  return module.describeApi();
}
