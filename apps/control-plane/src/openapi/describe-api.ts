import 'reflect-metadata';
import { AppModule, type Foundations } from '../app.module.ts';
import { type OpenApiDocument, openApiDocument } from './document.ts';
import { controllersOf } from './endpoints.ts';

/** The document of this build, without a database: only decorators are read. */
export function describeApi(): OpenApiDocument {
  return openApiDocument(controllersOf(AppModule.of({} as Foundations)));
}
