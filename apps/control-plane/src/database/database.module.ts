import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/**
 * Offers the database to every module as `DataSource`. It is opened before the application is made, so that a database that
 * cannot be reached is one clear line, and closed by the application when it ends.
 */
@Module({})
export class DatabaseModule {
  static of(database: DataSource): DynamicModule {
    const connection = TypeOrmModule.forRootAsync({
      useFactory: () => ({ ...database.options, retryAttempts: 1 }),
      dataSourceFactory: () => Promise.resolve(database),
    });
    return { module: DatabaseModule, imports: [connection] };
  }
}
