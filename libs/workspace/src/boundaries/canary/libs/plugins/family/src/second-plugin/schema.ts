export const secondPluginSchema = { name: 'second-plugin' };
