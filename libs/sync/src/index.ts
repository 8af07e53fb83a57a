export { ConfigState, type HeldResource, type Refusal } from './config-state.ts';
export { KeptConfiguration, type KeptState } from './disk/kept-configuration.ts';
export { type Copy, type CopyHeader, readCopy, writeCopy } from './disk/last-known-good.ts';
export { elementHash, sameBytes, StateDigest } from './digest.ts';
export { chainHash, chainStart, type RevisionChange, type RevisionHeader } from './revision.ts';
export type { Batch, ConfigSink, ConfigSource, LinkState, ResourceChange, ResourceError, Verdict } from './source.ts';
