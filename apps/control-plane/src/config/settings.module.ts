import { type DynamicModule, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from './settings.ts';

/** Offers the settings everywhere, under the token `SETTINGS`. */
@Module({})
export class SettingsModule {
  static of(settings: Settings): DynamicModule {
    const provider = { provide: SETTINGS, useValue: settings };
    return { module: SettingsModule, global: true, providers: [provider], exports: [provider] };
  }
}
