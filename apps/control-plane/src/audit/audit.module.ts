import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.ts';
import { AuditExport } from './audit-export.ts';
import { AuditLog } from './audit-log.ts';
import { AuditWriter } from './audit-writer.ts';
import { Verification } from './verification.ts';

/** Reading the audit trail, and proving that nobody has tampered with it. */
@Module({ controllers: [AuditController], providers: [AuditExport, AuditLog, AuditWriter, Verification] })
export class AuditModule {}
