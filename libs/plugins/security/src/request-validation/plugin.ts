import { compileJsonSchema, type JsonSchema } from '@sluice/json-schema';
import { definePlugin, grouped, type Reply, reply, type RequestView } from '@sluice/plugin-kit';
import { isForm, readForm, readJson, type ReadBody } from './read-body.ts';
import { requestValidationSchema } from './schema.ts';

/** Checks headers and body of a request before anybody else acts on them. */
export const requestValidation = definePlugin(requestValidationSchema, (config) => {
  const headerSchema = config.header_schema && compileJsonSchema(config.header_schema);
  const bodySchema = config.body_schema && compileJsonSchema(config.body_schema);
  const { rejected_code: status, rejected_msg: message, max_req_body_size: bytesMax } = config;
  const always = message === undefined ? undefined : reply(status, message);
  const refused = (why: string): Reply => always ?? reply(status, why);

  const checkBody = async (request: RequestView, schema: JsonSchema): Promise<Reply | undefined> => {
    const bytes = await request.readBody(bytesMax);
    if (bytes === null) return refused('the body is too large');
    const isFormBody = isForm(request.headers.get('content-type'));
    const wrong = isFormBody ? formProblem(schema, bytes) : jsonProblem(schema, bytes, request);
    return wrong === undefined ? undefined : refused(wrong);
  };

  return {
    rewrite({ request }) {
      const wrong = headerSchema?.check(grouped(request.headers.entries(), (name) => name.toLowerCase()));
      if (wrong !== undefined) return refused(wrong);
      if (bodySchema === undefined) return undefined;
      // Of two types, somebody else may believe the other one.
      if (request.headers.getAll('content-type').length > 1) return refused('there is more than one Content-Type');
      if (!request.hasBody || request.bodyLength === 0) return refused('the body is missing');
      return checkBody(request, bodySchema);
    },
  };
});

function formProblem(schema: JsonSchema, bytes: Uint8Array): string | undefined {
  const read = readForm(bytes);
  return read.problem ?? schema.check(read.value);
}

function jsonProblem(schema: JsonSchema, bytes: Uint8Array, request: RequestView): string | undefined {
  const read = readJson(bytes);
  if (read.problem !== undefined) return read.problem;
  const before = schema.fillsDefaults ? JSON.stringify(read.value) : '';
  const wrong = schema.check(read.value);
  if (wrong === undefined) passOn(request, read, before);
  return wrong;
}

/** The upstream gets what was checked: of a key that is there twice it might read the other one. */
function passOn(request: RequestView, { value, isAmbiguous }: ReadBody, before: string): void {
  const after = isAmbiguous || before !== '' ? JSON.stringify(value) : '';
  if (isAmbiguous || after !== before) request.setBody(after);
}
