export { certificatesIn, checkCertificates, checkKeyPair } from './key-pair.ts';
