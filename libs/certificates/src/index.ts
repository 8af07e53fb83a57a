export { certificatesIn, checkCertificates, checkKeyPair, checkPublicKey, publicJwkOf } from './key-pair.ts';
