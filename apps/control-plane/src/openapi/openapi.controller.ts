import { Controller, Get, Inject, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import TypeSchema from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { type OpenApiDocument, openApiDocument } from './document.ts';

/** What `/api/v1` is, for programs. */
@Controller('api/v1/openapi.json')
export class OpenApiController {
  #document: OpenApiDocument | undefined;

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'], anywhere: true, anyKind: true })
  @ApiOperation({
    summary: 'Describe this API as an OpenAPI 3.1 document',
    answers: TypeSchema.Object({ openapi: TypeSchema.String() }),
  })
  show(): OpenApiDocument {
    this.#document ??= openApiDocument(this.#controllers());
    return this.#document;
  }

  #controllers(): Type[] {
    const wrappers = [...this.modules.values()].flatMap(({ controllers }) => [...controllers.values()]);
    return [...new Set(wrappers.map(({ metatype }) => metatype as Type))];
  }
}
