export {
  declaredErrors,
  defineErrors,
  GatewayError,
  type ErrorSource,
  type ErrorSpec,
  type ErrorTable,
} from './define-errors.ts';
