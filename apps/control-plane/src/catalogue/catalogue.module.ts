import { Global, Module } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';

/** Offers the catalogue everywhere. */
@Global()
@Module({ providers: [Catalogue], exports: [Catalogue] })
export class CatalogueModule {}
