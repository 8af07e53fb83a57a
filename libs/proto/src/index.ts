export { checkProto, readProto } from './read-proto.ts';
