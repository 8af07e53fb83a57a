import { Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { confirm } from '../../ui/confirm.tsx';
import type { EditorState } from './use-editor.ts';

/** Asks before unsaved work is left behind, also when the browser tab closes. */
export function useLeaveGuard(editor: EditorState): void {
  useBlocker({
    enableBeforeUnload: () => editor.isDirty,
    shouldBlockFn: async ({ current, next }) => {
      if (!editor.isDirty || current.pathname === next.pathname) return false;
      const agreed = await confirm({
        title: 'Leave without saving?',
        body: <Text size="sm">Your change has not been saved and will be lost.</Text>,
        action: 'Leave without saving',
      });
      if (agreed) editor.forget();
      return agreed === undefined;
    },
  });
}
