import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Access } from '../access/access.decorator.ts';
import { Groups } from '../resources/groups.ts';
import { type Instance, toInstance } from './instance-view.ts';
import { Instances } from './instances.service.ts';

/** The data planes of a gateway group. */
@Controller('api/v1/groups/:group/instances')
export class InstancesController {
  constructor(
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Instances) private readonly instances: Instances,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  async list(@Param('group') group: string): Promise<{ list: Instance[] }> {
    const { id } = await this.groups.byName(group);
    return { list: (await this.instances.rows(id)).map(toInstance) };
  }
}
