import { choice, Type } from '@sluice/schema';

/** How a key is meant by the limits that know no constant. */
export const KeyType = choice(['var', 'var_combination'], {
  default: 'var',
  title: 'Kind of key',
  description: 'A variable’s name, or a template of variables (`$remote_addr $http_x_tenant`).',
});

/** What every limit says of its refusals, and of requests that cannot be counted. */
export const limitFields = {
  rejected_code: Type.Integer({
    default: 503,
    minimum: 200,
    maximum: 599,
    title: 'Status',
    description: 'Status of a refusal.',
  }),
  rejected_msg: Type.Optional(
    Type.String({ minLength: 1, title: 'Message', description: 'Message in the body of a refusal.' }),
  ),
  allow_degradation: Type.Boolean({
    default: false,
    title: 'Pass when counting fails',
    description: 'Lets requests pass that cannot be counted, instead of answering with an error.',
  }),
};
