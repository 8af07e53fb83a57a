import { All, Controller, Get, Head, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { check, kindByPlural, kinds, type KindName, type PluginSchema, type Subsystem } from '@sluice/schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminApiAccess, Public } from '../access/access.decorator.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { AdminAnswer, badRequest, unsupportedResource } from './admin-answer.ts';
import { adminBody } from './admin-body.ts';
import { AdminConfigCheck } from './admin-config-check.ts';
import { type AdminQuery, parameter } from './admin-list.ts';
import { readConfig } from './config-text.ts';
import {
  servedConsumerSchema,
  servedKindSchema,
  servedPart,
  servedPlugin,
  servedPluginSchema,
} from './served-schemas.ts';

/** What can be configured, as the compatible Admin API tells it. */
@Controller(['apisix/admin', 'groups/:group/apisix/admin'])
@AdminApiAccess()
export class AdminSchemasController {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(AdminConfigCheck) private readonly configCheck: AdminConfigCheck,
  ) {}

  @Head()
  @Public('Clients probe for the Admin API before they have a key; the answer is empty.')
  probe(): void {}

  @Get('plugins/list')
  names(@Query() query: AdminQuery): string[] {
    const subsystem = parameter(query, 'subsystem') ?? 'http';
    if (subsystem !== 'http' && subsystem !== 'stream') throw new AdminAnswer(400, 'invalid subsystem passed');
    return this.#pluginsOf(subsystem).map(({ name }) => name);
  }

  @Get('plugins')
  all(@Query() query: AdminQuery): object {
    if (parameter(query, 'all') !== 'true') throw badRequest('not found plugin name');
    return Object.fromEntries(this.#pluginsOf(subsystemOf(query)).map((plugin) => [plugin.name, servedPlugin(plugin)]));
  }

  @Get(['plugins/:name', 'schema/plugins/:name'])
  plugin(@Param('name') name: string, @Query() query: AdminQuery): object {
    const subsystem = subsystemOf(query);
    const plugin = this.catalogue.lookup(name);
    if (!plugin?.subsystems.includes(subsystem))
      throw new AdminAnswer(404, { error_msg: `plugin not found in subsystem ${subsystem}` });
    if (parameter(query, 'schema_type') !== 'consumer') return servedPluginSchema(plugin);
    const schema = servedConsumerSchema(plugin);
    if (!schema) throw badRequest('not found schema');
    return schema;
  }

  /** Plugins come with the build, so that there is nothing to load; clients only want to hear that it is done. */
  @All('plugins/reload')
  reload(@Req() { method }: FastifyRequest): string {
    if (method === 'PUT') return 'done';
    const error_msg = `please use PUT method to reload the plugins, ${method} method is not allowed.`;
    throw new AdminAnswer(405, { error_msg });
  }

  @Get('schema/:name')
  schema(@Param('name') name: string): object {
    const kind = kinds.get(name as KindName);
    const schema = kind ? servedKindSchema(kind) : servedPart(name);
    if (!schema) throw badRequest(`not found schema: ${name}`);
    return schema;
  }

  @Post('schema/validate/:resource')
  @HttpCode(200)
  validate(
    @Param('resource') resource: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    const kind = kindByPlural(resource);
    if (!kind) throw unsupportedResource(resource);
    const issue = check(kind.schema, adminBody({ request, reply }));
    if (issue) throw badRequest(issue.message);
  }

  /** Everything that is wrong with a whole configuration, which is not stored. */
  @Post('configs/validate')
  @HttpCode(200)
  validateConfig(@Req() request: FastifyRequest): object {
    this.configCheck.require(readConfig(request));
    return {};
  }

  /** As they run: highest priority first. */
  #pluginsOf(subsystem: Subsystem): readonly PluginSchema[] {
    return this.catalogue.plugins.filter(({ subsystems }) => subsystems.includes(subsystem));
  }
}

function subsystemOf(query: AdminQuery): Subsystem {
  const subsystem = parameter(query, 'subsystem') ?? 'http';
  if (subsystem === 'http' || subsystem === 'stream') return subsystem;
  throw badRequest(`unsupported subsystem: ${subsystem}`);
}
