import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets: AES-256-GCM (NIST SP 800-38D) under the installation's key. `context` is bound to the result as
 * additional data, so that a sealed text copied to another row does not open there.
 */
export function seal(key: Buffer, context: string, secrets: Record<string, unknown>): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

/** Opens what `seal` made. @throws SecretsUnreadable where key, context or text are not the ones it was made with. */
export function unseal(key: Buffer, context: string, sealed: string): Record<string, unknown> {
  const [version, text] = sealed.split('.');
  if (version !== VERSION || text === undefined) throw new SecretsUnreadable();
  const bytes = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new SecretsUnreadable({ cause: error });
  }
}

/** The secrets were sealed under another key: SWITCHBOARD_SECRET_KEY or the key file was changed. */
export class SecretsUnreadable extends Error {
  constructor(options?: ErrorOptions) {
    super(
      'The secrets of the source cannot be decrypted: the secret key is not the one they were stored with. Enter them again.',
      options,
    );
    this.name = 'SecretsUnreadable';
  }
}
