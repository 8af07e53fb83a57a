import { type DynamicModule, Module } from '@nestjs/common';
import type { KeyRing } from './key-ring.ts';
import { Sealing } from './sealing.ts';

/** Offers `Sealing` everywhere, over a key ring that was checked before the application was made. */
@Module({})
export class SealingModule {
  static of(ring: KeyRing): DynamicModule {
    const sealing = { provide: Sealing, useValue: new Sealing(ring) };
    return { module: SealingModule, global: true, providers: [sealing], exports: [sealing] };
  }
}
