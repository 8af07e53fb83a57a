export {
  type DocumentProblem,
  type DocumentResource,
  readDocument,
  type ReadDocument,
} from './document/read-document.ts';
export { readText, TextError } from './document/read-text.ts';
export { documentVersion, headerKeys, isDocument, itemOf, kindsOfSection, sections } from './document/sections.ts';
export { readPlainYaml } from './yaml/read-plain-yaml.ts';
export { writeItems, writeYaml } from './yaml/write-yaml.ts';
export { type ConversionRemark, type Converted, type HasPlugin } from './convert/conversion.ts';
export { convertKong, isKong } from './kong/convert-kong.ts';
export { convertOpenApi, openApiProblem, type OpenApiOptions } from './openapi/convert-openapi.ts';
