export {
  cacheSettings,
  type CacheSettings,
  type CacheZoneSpec,
  cacheZoneSpecs,
  checkCacheZone,
} from './cache-settings.ts';
export { defineSettings, type SettingDefinition, type Settings, type SettingsValues } from './define-settings.ts';
export { loadSettings, type SettingsOrigin, SettingsError } from './load-settings.ts';
export { settingsTable } from './settings-table.ts';
