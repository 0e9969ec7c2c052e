import type { ServerCertificate } from './certificates';

export interface SambaPlace {
  folder: string;
  /** The loopback address to listen on. */
  host: string;
  realm: string;
  domain: string;
}

/** smb.conf(5) of a domain controller that offers LDAP only and keeps everything in its folder. */
export function sambaConfiguration(place: SambaPlace, certificate: ServerCertificate | null): string {
  const { folder } = place;
  const tls: Record<string, string> = certificate
    ? {
        'tls enabled': 'yes',
        'tls cafile': certificate.caFile,
        'tls certfile': certificate.certFile,
        'tls keyfile': certificate.keyFile,
      }
    : { 'tls enabled': 'no' };
  const settings: Record<string, string> = {
    'netbios name': 'DC1',
    realm: place.realm,
    workgroup: place.domain,
    'server role': 'active directory domain controller',
    'server services': 'ldap',
    interfaces: `${place.host}/8`,
    'bind interfaces only': 'yes',
    'private dir': `${folder}/private`,
    'lock directory': folder,
    'state directory': `${folder}/state`,
    'cache directory': `${folder}/cache`,
    'pid directory': `${folder}/run`,
    'ncalrpc dir': `${folder}/run/ncalrpc`,
    'winbindd socket directory': `${folder}/run/winbindd`,
    'ntp signd socket directory': `${folder}/run/ntp_signd`,
    'log file': `${folder}/samba.log`,
    // Simple binds without TLS, as tests of plain ldap:// need them.
    'ldap server require strong auth': 'no',
    'idmap_ldb:use rfc2307': 'yes',
    ...tls,
  };
  const lines = Object.entries(settings).map(([name, value]) => ` ${name} = ${value}\n`);
  return `[global]\n${lines.join('')}`;
}
