import { Controller, Get, Inject, Param, Patch, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { groupSettingsPatchSchema, groupSettingsSchema } from './group-settings.schema.ts';
import { GroupSettings, type SettingsPatch } from './group-settings.service.ts';

/** The rules of a group: approval and retention. */
@Controller('api/v1/groups/:group')
export class GroupSettingsController {
  constructor(@Inject(GroupSettings) private readonly settings: GroupSettings) {}

  @Get('settings')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show the rules of a group', answers: groupSettingsSchema })
  get(@Param('group') group: string): Promise<object> {
    return this.settings.get(group);
  }

  @Patch('settings')
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Change the rules of a group',
    description: 'What is left out stays. To weaken approval takes an owner.',
    answers: groupSettingsSchema,
  })
  patch(
    @Param('group') group: string,
    @JsonBody(groupSettingsPatchSchema) patch: SettingsPatch,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return this.settings.patch(group, patch, author, request.id);
  }
}
