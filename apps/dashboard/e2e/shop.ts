import { type Stage, startStage } from './browser.ts';

/** A house with one route to one upstream, and a second user of this role. */
export async function startShop(username: string, role: 'viewer' | 'editor'): Promise<Stage> {
  const stage = await startStage();
  const { admin } = stage.house;
  await admin.put('upstreams/shop', { nodes: { '127.0.0.1:1980': 1 } });
  await admin.put('routes/orders', { name: 'Orders', uri: '/orders/*', upstream_id: 'shop' });
  await stage.addUser(username, { role });
  return stage;
}
