import { Controller, Get, Inject, Param } from '@nestjs/common';
import { kinds, type PluginSchema, type ResourceKind } from '@sluice/schema';
import { Access } from '../access/access.decorator.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { Groups } from '../resources/groups.ts';
import { Catalogue } from './catalogue.ts';
import { catalogueSchema } from './catalogue.schema.ts';

/** Everything that a form needs to know: kinds and plugins with their annotated schemas. */
@Controller('api/v1/groups/:group/schema')
export class SchemaController {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Groups) private readonly groups: Groups,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'], anyKind: true })
  @ApiOperation({ summary: 'Show everything that can be configured, with its schemas', answers: catalogueSchema })
  async schema(@Param('group') group: string): Promise<object> {
    await this.groups.byName(group);
    return { kinds: [...kinds.values()].map(kindView), plugins: this.catalogue.plugins.map(pluginView) };
  }
}

function kindView({ name, plural, label, title, description, idField, methods, ...kind }: ResourceKind): object {
  return {
    name,
    plural,
    label,
    title,
    description,
    id_field: idField,
    methods: [...methods],
    references: kind.references,
    plugin_door: kind.pluginDoor,
    plugin_type: kind.pluginType,
    id_segments: kind.idSegments,
    parent: kind.parent && { kind: kind.parent.kind, field: kind.parent.field ?? null },
    not_served: kind.notServed,
    schema: kind.schema,
    secrets: kind.secrets,
  };
}

function pluginView({ name, title, description, category, priority, version, ...plugin }: PluginSchema): object {
  return {
    name,
    title,
    description,
    category,
    priority,
    version,
    ...(plugin.type && { type: plugin.type }),
    subsystems: plugin.subsystems,
    schema: plugin.config,
    ...(plugin.consumer && { consumer_schema: plugin.consumer }),
    ...(plugin.metadata && { metadata_schema: plugin.metadata }),
    secrets: plugin.secrets,
  };
}
