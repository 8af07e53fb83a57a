import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import { redacted } from '@sluice/schema';

class HiddenSecret extends WidgetType {
  override toDOM(): HTMLElement {
    const element = document.createElement('em');
    element.textContent = 'hidden';
    return element;
  }

  override eq(): boolean {
    return true;
  }
}

const matcher = new MatchDecorator({
  regexp: new RegExp(`"${redacted}"`, 'g'),
  decoration: Decoration.replace({ widget: new HiddenSecret() }),
});

/** Shows stored secrets as hidden; the text itself keeps the marker, so that a copy of it can be sent back. */
export const hiddenSecrets = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: ({ decorations }) => decorations },
);
