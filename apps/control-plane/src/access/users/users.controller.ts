import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import Type from 'typebox';
import { pageOf } from '../../http/answer-schema.ts';
import { ApiOperation } from '../../http/api-operation.ts';
import { JsonBody, OptionalJsonBody } from '../../http/json-body.ts';
import type { RequestQuery } from '../../http/request-query.ts';
import { Access } from '../access.decorator.ts';
import { Requester } from '../requester.ts';
import { roleField } from '../session.schema.ts';
import {
  newUserAnswerSchema,
  newUserSchema,
  type NewUserRequest,
  passwordResetSchema,
  resetAnswerSchema,
  type UserChange,
  userChangeSchema,
  userSchema,
  type UserView,
} from './user.schema.ts';
import { UserAdministration } from './user-administration.ts';
import { UserList, type UserPage } from './user-list.ts';

const byAdmin = { role: 'admin', via: ['session', 'key'] } as const;

const listQuery = {
  search: Type.Optional(Type.String({ description: 'Part of a user name, name or address.' })),
  role: Type.Optional(roleField),
  group: Type.Optional(Type.String({ description: 'Only who has a role in this group.' })),
  disabled: Type.Optional(Type.Boolean({ description: 'Only who is disabled, or only who is not.' })),
  page: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'Which page.' })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Users per page.' })),
};

/** The people who may sign in. */
@Controller('api/v1/users')
export class UsersController {
  constructor(
    @Inject(UserList) private readonly users: UserList,
    @Inject(UserAdministration) private readonly administration: UserAdministration,
  ) {}

  @Get()
  @Access(byAdmin)
  @ApiOperation({ summary: 'List users', answers: pageOf(userSchema), query: listQuery })
  list(@Query() query: RequestQuery): Promise<UserPage> {
    return this.users.page(query);
  }

  @Post()
  @HttpCode(201)
  @Access(byAdmin)
  @ApiOperation({ summary: 'Make a user', answers: newUserAnswerSchema, refusals: [409], showsSecret: true })
  create(@JsonBody(newUserSchema) body: NewUserRequest, @Requester() by: Requester) {
    return this.administration.create(body, by);
  }

  @Get(':username')
  @Access(byAdmin)
  @ApiOperation({ summary: 'Show a user', answers: userSchema })
  show(@Param('username') username: string): Promise<UserView> {
    return this.users.show(username);
  }

  @Patch(':username')
  @Access(byAdmin)
  @ApiOperation({ summary: 'Change a user', answers: userSchema, refusals: [409] })
  change(
    @Param('username') username: string,
    @JsonBody(userChangeSchema) body: UserChange,
    @Requester() by: Requester,
  ): Promise<UserView> {
    return this.administration.change(username, body, by);
  }

  @Delete(':username')
  @HttpCode(204)
  @Access(byAdmin)
  @ApiOperation({ summary: 'Remove a user', answers: null, refusals: [409] })
  remove(@Param('username') username: string, @Requester() by: Requester): Promise<void> {
    return this.administration.remove(username, by);
  }

  @Post(':username/password')
  @HttpCode(200)
  @Access(byAdmin)
  @ApiOperation({
    summary: 'Give a user a temporary password',
    answers: resetAnswerSchema,
    refusals: [409],
    showsSecret: true,
  })
  async resetPassword(
    @Param('username') username: string,
    @OptionalJsonBody(passwordResetSchema) body: { readonly password?: string } | undefined,
    @Requester() by: Requester,
  ): Promise<{ password: string | null }> {
    return { password: await this.administration.resetPassword(username, body?.password, by) };
  }
}
