import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { AccountController } from './account/account.controller.ts';
import { SessionList } from './account/session-list.ts';
import { SessionsController } from './account/sessions.controller.ts';
import { TokenAdministration } from './tokens/token-administration.ts';
import { TokenList } from './tokens/token-list.ts';
import { TokensController } from './tokens/tokens.controller.ts';
import { MembersController } from './users/members.controller.ts';
import { Members } from './users/members.service.ts';
import { UserAdministration } from './users/user-administration.ts';
import { UserList } from './users/user-list.ts';
import { UsersController } from './users/users.controller.ts';

/** Looking after users, their roles, sessions and tokens. */
@Module({
  imports: [ResourcesModule],
  controllers: [UsersController, MembersController, SessionsController, TokensController, AccountController],
  providers: [AuditWriter, Members, SessionList, TokenAdministration, TokenList, UserAdministration, UserList],
})
export class PeopleModule {}
