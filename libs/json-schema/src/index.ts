export { checkJsonSchema, compileJsonSchema, type JsonSchema, JsonSchemaError } from './json-schema.ts';
