import type { ServerCertificate } from './certificates';
import { BASE_DN } from './directory-ldif';

export const ADMIN_DN = `cn=admin,${BASE_DN}`;
export const ADMIN_PASSWORD = 'adminpw';

export interface SlapdLimits {
  /** Most entries of one page for `reader`; a larger page gets adminLimitExceeded (11). Default 1000. */
  pageLimit?: number;
  /** Most entries of one unpaged search for `reader` and `capped`, then sizeLimitExceeded (4). Default 1000. */
  unpagedLimit?: number;
  /** Most entries of all pages together for `capped`, then sizeLimitExceeded (4). Default 2500. */
  cappedTotal?: number;
}

/** slapd.conf(5) of a private server in `folder`; limits as of slapd.conf's `limits`, size.pr and size.prtotal. */
export function slapdConfiguration(folder: string, certificate: ServerCertificate, limits: SlapdLimits): string {
  const { pageLimit = 1000, unpagedLimit = 1000, cappedTotal = 2500 } = limits;
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis', 'dyngroup'];
  const modules = ['back_mdb', 'memberof', 'refint', 'syncprov'];
  const unpaged = `size.soft=${unpagedLimit} size.hard=${unpagedLimit}`;
  return `
${schemas.map((schema) => `include /etc/ldap/schema/${schema}.schema`).join('\n')}
modulepath /usr/lib/ldap
${modules.map((module) => `moduleload ${module}`).join('\n')}
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
loglevel none
threads 4
tool-threads 2
TLSCACertificateFile ${certificate.caFile}
TLSCertificateFile ${certificate.certFile}
TLSCertificateKeyFile ${certificate.keyFile}
TLSVerifyClient never
sizelimit 500
database mdb
suffix "${BASE_DN}"
rootdn "${ADMIN_DN}"
rootpw ${ADMIN_PASSWORD}
directory ${folder}/db
maxsize 8589934592
dbnosync
index objectClass eq
index entryUUID,entryCSN,modifyTimestamp eq
index uid,cn,mail,member,memberOf eq
limits dn.exact="uid=reader,${BASE_DN}" ${unpaged} size.pr=${pageLimit} size.prtotal=unlimited
limits dn.exact="uid=capped,${BASE_DN}" ${unpaged} size.prtotal=${cappedTotal}
access to attrs=userPassword by anonymous auth by * none
access to * by * read
overlay memberof
memberof-refint TRUE
overlay refint
refint_attributes member manager
overlay syncprov
syncprov-checkpoint 1000 10
syncprov-sessionlog 10000
`.trimStart();
}
