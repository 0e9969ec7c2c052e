import { randomBytes } from 'node:crypto';
import { Realm } from '../../schema/client.enums';
import { audit } from '../audit/audit';
import { auditChain, auditHead } from '../audit/audit.reads';
import { verifyChain } from '../audit/verify';
import { hashPassword } from '../auth/passwords';
import { endSessions } from '../auth/session.service';
import { clientAccounts } from '../clients/client.accounts';
import { AppError } from '../errors';
import { globalId } from '../ids';
import { staffAccounts } from '../staff/staff.accounts';
import { EXIT, type Command } from './command';

/** Gives the built-in administrator a new password, printed once, and ends its sessions. */
export async function resetAdminPassword({ gateway, print }: Command, realm: Realm): Promise<number> {
  const { db, clock, config } = gateway;
  const accounts = realm === Realm.CLIENT ? clientAccounts(gateway) : staffAccounts(gateway);
  const account = await accounts.find('admin');
  if (!account) throw new AppError('NOT_FOUND', 'There is no administrator: start the server once.');
  const password = config.adminPassword ?? `${randomBytes(12).toString('base64url')}aA1-`;
  const fault = await accounts.passwordFault(account, password);
  if (fault !== null) throw new AppError('BAD_USER_INPUT', fault, { field: 'SWITCHBOARD_ADMIN_PASSWORD' });
  const passwordHash = await hashPassword(password);
  await db.write(async (em) => {
    const now = clock.now();
    await accounts.setPassword(em, account, passwordHash, now);
    await endSessions(em, realm, account.id);
    const target = globalId(realm === Realm.CLIENT ? 'Client' : 'StaffUser', account.id);
    await audit(em, now, { actor: 'cli', action: 'resetPassword', target });
  });
  print(
    { realm, username: account.username, password },
    `${account.username} (${realm.toLowerCase()}) has the new password ${password}`,
  );
  return EXIT.done;
}

/** Follows the audit log's hash chain from its beginning. */
export async function verifyAudit({ gateway, print }: Command): Promise<number> {
  const head = await auditHead(gateway.db);
  const result = await verifyChain(auditChain(gateway.db, head.lastId), head);
  const text = result.ok
    ? `The audit log is whole: ${result.entries} entries.`
    : `The audit log is broken at entry ${result.brokenAt}: ${result.reason}`;
  print(result, text);
  return result.ok ? EXIT.done : EXIT.failed;
}
