import { Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { listOf } from '../../http/answer-schema.ts';
import { ApiOperation } from '../../http/api-operation.ts';
import { JsonBody } from '../../http/json-body.ts';
import { Access } from '../access.decorator.ts';
import { Requester } from '../requester.ts';
import type { Role } from '../role.ts';
import { Members } from './members.service.ts';
import { type Member, memberRoleSchema, memberSchema } from './user.schema.ts';

const byAdmin = { role: 'admin', via: ['session', 'key'] } as const;

/** Who may do what in a group. */
@Controller('api/v1/groups/:group/members')
export class MembersController {
  constructor(@Inject(Members) private readonly members: Members) {}

  @Get()
  @Access(byAdmin)
  @ApiOperation({ summary: 'List who has a role in a group', answers: listOf(memberSchema) })
  async list(@Param('group') group: string): Promise<{ list: Member[] }> {
    return { list: await this.members.list(group) };
  }

  @Put(':username')
  @Access(byAdmin)
  @ApiOperation({ summary: 'Give a user a role in a group', answers: memberSchema, refusals: [409] })
  set(
    @Param('group') group: string,
    @Param('username') username: string,
    @JsonBody(memberRoleSchema) { role }: { readonly role: Role },
    @Requester() by: Requester,
  ): Promise<Member> {
    return this.members.set(group, username, role, by);
  }

  @Delete(':username')
  @HttpCode(204)
  @Access(byAdmin)
  @ApiOperation({ summary: 'Take the role of a user in a group away', answers: null, refusals: [409] })
  remove(
    @Param('group') group: string,
    @Param('username') username: string,
    @Requester() by: Requester,
  ): Promise<void> {
    return this.members.remove(group, username, by);
  }
}
