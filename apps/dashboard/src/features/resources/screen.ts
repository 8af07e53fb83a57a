import { type ComponentType, createContext, type ReactNode, use } from 'react';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import type { ListSort } from './list-search.ts';
import type { Widget } from '../../schema-form/form-context.ts';

/** One column of a list. The first column, which names the resource and leads to it, is always there. */
export interface Column {
  readonly title: string;
  readonly cell: (resource: Resource) => ReactNode;
  /** The control plane's name of the order by this column; undefined where it knows none. */
  readonly sort?: ListSort;
  /** Whether the column stays on a narrow screen. */
  readonly isEssential?: boolean;
}

/** How one kind looks: what a list shows, how a form is grouped, and what a schema cannot say about editing. */
export interface Screen {
  /** Name of the kind. */
  readonly kind: string;
  readonly columns: readonly Column[];
  /** Heading → fields. What no group names stands under “Advanced”. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Pointer → name of the widget to edit the value with. */
  readonly widgets?: Readonly<Record<string, string>>;
  /** What a new resource begins with. */
  readonly start?: JsonRecord;
  /** What else can be done with a resource of the kind, beside what can be done with all. */
  readonly actions?: ComponentType<{ readonly resource: Resource }>;
  /** What else there is to know about a resource, below its summary. */
  readonly details?: ComponentType<{ readonly resource: Resource }>;
  /** What to say where there is none yet. */
  readonly emptyHint: string;
}

/** Declares a kind's screen. */
export function defineScreen(screen: Screen): Screen {
  return screen;
}

/** The screens and widgets of this build, handed in from outside: the engine for all kinds spells none of them. */
export interface ScreenCatalogue {
  readonly screens: ReadonlyMap<string, Screen>;
  readonly widgets: Readonly<Record<string, Widget>>;
  readonly defaultColumns: readonly Column[];
}

/** The catalogue around the resource pages. */
export const ScreenCatalogueContext = createContext<ScreenCatalogue>({
  screens: new Map(),
  widgets: {},
  defaultColumns: [],
});

/** The screen of a kind; a kind that is new to this build gets one from its schema. */
export function useScreen(kind: Kind): Screen {
  const { screens, defaultColumns } = use(ScreenCatalogueContext);
  return screens.get(kind.name) ?? genericScreen(kind, defaultColumns);
}

const generalFields = ['name', 'desc', 'labels', 'status'];

function genericScreen(kind: Kind, columns: readonly Column[]): Screen {
  const keys = Object.keys((kind.schema['properties'] ?? {}) as JsonRecord);
  const general = generalFields.filter((key) => keys.includes(key));
  const hasPlugins = kind.plugin_door !== null && keys.includes('plugins');
  const settings = keys.filter((key) => !general.includes(key) && !(hasPlugins && key === 'plugins'));
  return {
    kind: kind.name,
    columns,
    groups: { General: general, Settings: settings, ...(hasPlugins ? { Plugins: ['plugins'] } : {}) },
    emptyHint: kind.description ?? `Create the first ${kind.label} to see it here.`,
  };
}
