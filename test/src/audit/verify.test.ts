import 'reflect-metadata';
import { audit } from '../../../src/audit/audit';
import { auditChain, auditHead } from '../../../src/audit/audit.reads';
import { verifyChain, type ChainEntry, type ChainHead, type Verification } from '../../../src/audit/verify';
import { describeWith } from '../../support/availability';
import { openPrepared, sqliteDb } from '../../support/database';
import { createTestDatabase } from '../../support/shared-mariadb';
import type { Database } from '../../../src/database';

const DETAIL = {
  before: { name: 'Ünïcode 👍 \ud800', 7: 'seven' },
  after: { list: [1, 1.5, null, 'ß'], nested: { b: 1, a: 2 } },
};

async function written(db: Database, entries: number): Promise<{ entries: ChainEntry[]; head: ChainHead }> {
  for (let n = 0; n < entries; n++) {
    await db.write((em) =>
      audit(em, 1_700_000_000_000 + n, { actor: 'test', action: 'act', target: `User_${n}`, ...DETAIL }),
    );
  }
  const head = await auditHead(db);
  const chain: ChainEntry[] = [];
  for await (const entry of auditChain(db, head.lastId)) chain.push(entry);
  return { entries: chain, head };
}

describe('the audit chain', () => {
  let whole: { entries: ChainEntry[]; head: ChainHead };
  beforeAll(async () => {
    const { db, close } = await sqliteDb();
    whole = await written(db, 5);
    await close();
  });

  it('is whole as it was written', async () => {
    expect(await verifyChain(whole.entries, whole.head)).toEqual({
      ok: true,
      entries: 5,
      brokenAt: null,
      reason: null,
    });
    expect(await verifyChain([], { lastId: 0, lastHash: '' })).toMatchObject({ ok: true, entries: 0 });
  });

  const tampered: [string, (chain: ChainEntry[]) => ChainEntry[], Partial<Verification>][] = [
    ['a changed detail', (chain) => edit(chain, 2, { detail: { after: 'other' } }), { entries: 2, brokenAt: 3 }],
    ['a changed actor', (chain) => edit(chain, 0, { actor: 'client:admin' }), { entries: 0, brokenAt: 1 }],
    ['a changed instant', (chain) => edit(chain, 4, { at: 5 }), { entries: 4, brokenAt: 5 }],
    ['an entry taken out', (chain) => chain.filter((entry) => entry.id !== 3), { entries: 2, brokenAt: 3 }],
    ['the end cut off', (chain) => chain.slice(0, 3), { entries: 3, brokenAt: 4 }],
    ['two entries exchanged', ([a, b, ...rest]) => [{ ...b, id: 1 }, { ...a, id: 2 }, ...rest], { brokenAt: 1 }],
  ];
  it.each(tampered)('shows %s', async (_title, tamper, expected) => {
    expect(await verifyChain(tamper(whole.entries), whole.head)).toMatchObject({ ok: false, ...expected });
  });

  it('shows a head that is not the last entry', async () => {
    expect(await verifyChain(whole.entries, { ...whole.head, lastHash: 'x' })).toMatchObject({
      ok: false,
      brokenAt: 5,
    });
  });
});

describeWith('mariadb', 'the audit chain on MariaDB', () => {
  it('is whole as it was written, also by many at once', async () => {
    const database = await createTestDatabase();
    const db = await openPrepared(database.url);
    await Promise.all([written(db, 4), written(db, 4)]);
    const { entries, head } = await written(db, 1);
    expect(await verifyChain(entries, head)).toMatchObject({ ok: true, entries: 9 });
    await db.close();
    await database.drop();
  });
});

function edit(chain: ChainEntry[], index: number, change: Partial<ChainEntry>): ChainEntry[] {
  return chain.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
}
