export { type FileProblem, type FileResource, readConfigFile, type ConfigFile } from './config-file.ts';
export { fileSource, type FileSourceOptions } from './file-source.ts';
