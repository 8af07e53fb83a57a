import { defineScreen } from '../resources/screen.ts';
import { descriptionColumn, labelsColumn, updatedColumn } from './cells.tsx';

/** Protos: what the services of a gRPC server look like. */
export const protoScreen = defineScreen({
  kind: 'proto',
  columns: [{ ...descriptionColumn, isEssential: true }, labelsColumn, updatedColumn],
  groups: {
    General: ['name', 'desc', 'labels'],
    Definition: ['content'],
  },
  emptyHint: 'A proto tells what the services and messages of a gRPC server look like.',
});
