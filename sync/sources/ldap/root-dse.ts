import { PresenceFilter } from 'ldapts';

import { AttributeIndex, firstText, texts } from './entry';
import { isWithin } from './dn';
import { incomplete } from './failure';
import type { LdapSession } from './session';

const ATTRIBUTES = [
  'namingContexts',
  'defaultNamingContext',
  'supportedControl',
  'dsServiceName',
  'highestCommittedUSN',
  'vendorName',
];

/** What a server says of itself (RFC 4512 section 5.1); null and empty where it does not. */
export interface RootDse {
  namingContexts: string[];
  controls: ReadonlySet<string>;
  /** DN of the domain controller's own entry (Active Directory). */
  dsServiceName: string | null;
  highestCommittedUsn: string | null;
}

/** @throws IncompleteRead */
export async function readRootDse(session: LdapSession): Promise<RootDse> {
  const everything = new PresenceFilter({ attribute: 'objectClass' });
  const answer = await session
    .search({ base: '', scope: 'base', filter: everything, attributes: ATTRIBUTES })
    .catch((error: unknown) => {
      throw incomplete('Asking the server about itself', session.server.url, error);
    });
  const found = new AttributeIndex(ATTRIBUTES).of(answer.entries[0] ?? { dn: '', attributes: [] });
  return {
    namingContexts: texts(found[0]),
    controls: new Set(texts(found[2])),
    dsServiceName: firstText(found[3]),
    highestCommittedUsn: firstText(found[4]),
  };
}

/** The naming context that holds a DN, or the DN itself where the server does not say. */
export function contextOf(root: RootDse, dn: string): string {
  const holding = root.namingContexts.filter((context) => context !== '' && isWithin(dn, context));
  return holding.sort((a, b) => b.length - a.length)[0] ?? dn;
}
