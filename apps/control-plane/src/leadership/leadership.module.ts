import { Module } from '@nestjs/common';
import { Leadership } from './leadership.ts';

/** What only one of several control planes may do, and which one that is. */
@Module({ providers: [Leadership], exports: [Leadership] })
export class LeadershipModule {}
