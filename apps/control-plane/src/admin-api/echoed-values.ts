import { Inject, Injectable } from '@nestjs/common';
import { type JsonObject, namedSecretPatterns, type ResourceKind } from '@sluice/schema';
import { apisixEncryption, type ApisixEncryption } from '@sluice/sync/apisix-encryption';
import { Catalogue } from '../catalogue/catalogue.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { shownValue } from './admin-envelope.ts';

/** The key that APISIX comes with. Everybody knows it: what it encrypts is in another form, and not hidden. */
const shippedKey = 'qeddd145sfvddff3';

/**
 * What the answer to a write shows: the value as APISIX stores it, secrets of plugins in its encryption, which is the form
 * that its clients compare. With a key ring for etcd it is by the first key of that ring.
 */
@Injectable()
export class EchoedValues {
  readonly #encryption: ApisixEncryption;

  constructor(@Inject(SETTINGS) { etcd_keyring: ring }: Settings, @Inject(Catalogue) catalogue: Catalogue) {
    const patternsOf = namedSecretPatterns(catalogue.lookup);
    this.#encryption = apisixEncryption(ring.length > 0 ? ring : [shippedKey], (kind, value) =>
      // APISIX encrypts what plugins and upstreams hold, and stores how to reach a store of secrets as it is.
      kind === 'secret' ? [] : patternsOf(kind, value),
    );
  }

  /** The value of a resource that was just written. */
  of(kind: ResourceKind, value: JsonObject): JsonObject {
    return this.#encryption.encodeValue(kind.name, shownValue(kind, value));
  }
}
