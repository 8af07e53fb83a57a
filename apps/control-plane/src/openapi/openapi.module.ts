import { Module } from '@nestjs/common';
import { OpenApiController } from './openapi.controller.ts';

/** The description of `/api/v1`. */
@Module({ controllers: [OpenApiController] })
export class OpenApiModule {}
