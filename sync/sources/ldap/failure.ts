import { IncompleteRead } from '../../source';

/** The server answered with a result code other than 0 (RFC 4511 section 4.1.9). */
export class LdapResultError extends Error {
  constructor(
    readonly code: number,
    /** The server's own words; may be empty. */
    readonly diagnostic: string,
    readonly matchedDn: string,
  ) {
    super(resultWords(code, diagnostic));
    this.name = 'LdapResultError';
  }
}

/** The connection ended, or nothing came in time, before the answer was whole. */
export class ConnectionLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionLost';
  }
}

/** Result codes that an administrator can do something about. */
const RESULT_WORDS: Readonly<Record<number, string>> = {
  1: 'the server reports an operations error (Active Directory: often a missing or failed bind)',
  3: "the server's time limit was reached before the end",
  4: "the server's size limit was reached before the end; let the reading account page without a limit",
  8: 'the server asks for a stronger way to sign in; use ldaps:// or StartTLS',
  10: 'the server refers to another server for this part of the tree',
  11: 'an administrative limit of the server was reached',
  12: 'the server does not support a control that is needed',
  13: 'the server asks for encryption; use ldaps:// or StartTLS',
  32: 'the base does not exist, or the reading account may not see it',
  34: 'the server does not accept the distinguished name',
  48: 'the server does not accept this way to sign in',
  49: 'the distinguished name or the password of the reading account is wrong',
  50: 'the reading account lacks the right to do this',
  51: 'the server is busy',
  52: 'the server is not available',
  53: 'the server is unwilling to do this',
};

/** Active Directory tells in its diagnostic why a bind failed (`data 52e`). */
const BIND_WORDS: Readonly<Record<string, string>> = {
  '525': 'the account does not exist',
  '52e': 'wrong password',
  '530': 'the account may not sign in at this time',
  '531': 'the account may not sign in from this computer',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password must be changed first',
  '775': 'the account is locked',
};

function resultWords(code: number, diagnostic: string): string {
  const words = RESULT_WORDS[code] ?? 'the server refused';
  const data = /data ([0-9a-f]{3})\b/i.exec(diagnostic)?.[1]?.toLowerCase();
  const said = (data !== undefined && BIND_WORDS[data]) || printable(diagnostic);
  return `${words} (code ${code}${said ? `: ${said}` : ''})`;
}

function printable(text: string): string {
  return text
    .replace(/[^\P{C}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

const SOCKET_WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up at the moment',
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it (host unreachable)',
  ENETUNREACH: 'there is no way to it (network unreachable)',
  ETIMEDOUT: 'it did not answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; give it, or its authority, as caCertificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority; give that as caCertificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority; give that as caCertificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority; give that as caCertificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** Plain words for whatever went wrong below: a result code, a socket, a certificate, a time-out. */
export function failureWords(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown failure';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : firstInnerCode(error);
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  if (code !== null) return SOCKET_WORDS[code] ?? `${printable(message) || 'failure'} (${code})`;
  return printable(message) || 'unknown failure';
}

/** A host with several addresses fails with all of their errors in one. */
function firstInnerCode(error: object): string | null {
  const inner: unknown = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : null;
  return typeof inner === 'object' && inner !== null && 'code' in inner && typeof inner.code === 'string'
    ? inner.code
    : null;
}

/** An IncompleteRead that names what was being done and where; one that says so already is kept. */
export function incomplete(step: string, server: string, error: unknown): IncompleteRead {
  if (error instanceof IncompleteRead) return error;
  return new IncompleteRead(`${step} (${server}): ${failureWords(error)}.`, { cause: error });
}
