import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.ts';
import { AuditLog } from './audit-log.ts';

/** Reading the audit trail. */
@Module({ controllers: [AuditController], providers: [AuditLog] })
export class AuditModule {}
