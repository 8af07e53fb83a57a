import { Module } from '@nestjs/common';
import { DashboardFilesController } from './dashboard-files.controller.ts';

/** Serves the dashboard beside the APIs. */
@Module({ controllers: [DashboardFilesController] })
export class DashboardFilesModule {}
