export type * from './generated.ts';
export { type Answer, type CallInput, type OperationName, type PreparedCall, prepareCall } from './prepare-call.ts';
