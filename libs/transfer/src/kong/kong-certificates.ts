import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import { idOf, referenceOf } from './kong-owners.ts';
import { bookkeeping, labelsOf } from './kong-tags.ts';

/** Converts certificates with the names that they are for. */
export function convertCertificates(root: Fields, conversion: Conversion): void {
  const names = root.objects('snis').map((sni) => {
    sni.ignore(...bookkeeping, 'tags');
    const found = { name: sni.text('name'), certificate: referenceOf(sni.take('certificate')), path: sni.path };
    sni.finish();
    return found;
  });
  for (const certificate of root.objects('certificates')) {
    certificate
      .ignore(...bookkeeping)
      .expect('cert_alt')
      .expect('key_alt');
    const own = names.filter((one) => one.certificate !== undefined && one.certificate === idOf(certificate));
    const snis = [...snisOf(certificate), ...own.flatMap(({ name }) => name ?? [])];
    const value = compact({
      cert: certificate.text('cert'),
      key: certificate.text('key'),
      ...(snis.length > 0 ? { snis } : { type: 'client' }),
      ...labelsOf(certificate),
    });
    certificate.finish();
    if (snis.length === 0)
      conversion.changed(certificate.path, 'a certificate without names is taken for one that upstreams are shown');
    conversion.add('ssl', snis[0]?.replace('*.', '') ?? 'client-certificate', value, certificate.path);
  }
}

/** Names stand as texts or as mappings. */
function snisOf(certificate: Fields): string[] {
  const value = certificate.take('snis');
  return (Array.isArray(value) ? value : []).flatMap((sni) => referenceOf(sni) ?? []);
}
