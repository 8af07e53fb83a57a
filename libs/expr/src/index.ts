export { addressSet, type AddressSet, isAddressRange, parseAddress } from './address-set.ts';
export {
  checkExpression,
  compileExpression,
  type Expression,
  ExpressionError,
  type VariableSource,
} from './expression.ts';
export { checkPattern, compilePattern, PatternError } from './pattern.ts';
