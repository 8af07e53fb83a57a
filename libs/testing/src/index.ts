export { startPostgres, startPostgresServer, type TestDatabase, type TestPostgresServer } from './postgres.ts';
export { type PostgresBehindLink, startPostgresBehindLink } from './postgres-behind-link.ts';
export { startEtcd, startEtcdCluster, type TestEtcd, type TestEtcdCluster, type TestEtcdTls } from './etcd.ts';
export {
  startRedis,
  startRedisCluster,
  startRedisSentinel,
  type TestRedis,
  type TestRedisCluster,
  type TestRedisOptions,
  type TestRedisSentinel,
} from './redis.ts';
export { capturedLog, type CapturedLog, type LogLine } from './captured-log.ts';
export { CookieBrowser } from './cookie-browser.ts';
export { ending } from './ending.ts';
export { openidProviderSettings, signingJwk } from './openid-provider.ts';
export { rawClient, type RawClient } from './raw-client.ts';
export {
  startGateway,
  type TestGateway,
  type TestRequest,
  type TestResource,
  type TestResponse,
  type TestRoute,
} from './start-gateway.ts';
export { onRequestHead, type RawServer, startRawServer } from './start-raw-server.ts';
export { type ReceivedRequest, startUpstream, type TestUpstream } from './start-upstream.ts';
export { seededRandom, type SeededRandom } from './seeded-random.ts';
export { freePort, freePorts } from './free-port.ts';
export { type CertificateStanding, type OcspAuthority, ocspAuthority, shownStatus } from './ocsp-authority.ts';
export { FaultyProxy } from './faulty-proxy.ts';
export { byHmac, hs256, keysFor, type RequestToSign, signedHeaders, signJwt } from './signing.ts';
export { keepServer, type ServerProgram, type ServerWord } from './kept-server.ts';
export { type CertificateWish, type TestAuthority, testAuthority, type TestCertificate } from './test-authority.ts';
