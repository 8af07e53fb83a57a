export {
  type ConfigFile,
  derivedId,
  type FileProblem,
  type FileResource,
  leftOut,
  readConfigFile,
  redactedFields,
} from './config-file.ts';
export { disagreements } from './disagreements.ts';
export { fileSource, type FileSourceOptions } from './file-source.ts';
