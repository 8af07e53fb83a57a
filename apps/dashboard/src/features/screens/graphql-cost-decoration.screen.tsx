import { defineScreen } from '../resources/screen.ts';
import { textsOf, updatedColumn, wordsColumn } from './cells.tsx';

/** Decorations: what the fields of a GraphQL service cost. */
export const graphqlCostDecorationScreen = defineScreen({
  kind: 'graphql_cost_decoration',
  columns: [wordsColumn('Field', (value) => textsOf(value, 'field_path'), { isEssential: true }), updatedColumn],
  groups: {
    General: ['name', 'desc', 'labels', 'service_id'],
    Cost: ['field_path', 'add_value', 'add_arguments', 'mul_value', 'mul_arguments'],
  },
  emptyHint: 'A decoration says what a field of a GraphQL service costs, for limits that count costs.',
});
