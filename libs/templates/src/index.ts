export type { Native } from './run.ts';
export { fromJson, Table, type TableKey, toJsonText } from './table.ts';
export { checkTemplate, compileTemplate, type Template } from './template.ts';
export { TemplateError } from './template-error.ts';
export { type HostObject, textOf } from './values.ts';
