export { certificatesIn, checkCertificates, checkKeyPair, checkPublicKey } from './key-pair.ts';
