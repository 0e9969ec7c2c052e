import { chainHash } from './audit';

/** An entry of the chain with its hash. */
export interface ChainEntry {
  id: number;
  at: number;
  actor: string;
  action: string;
  target: string;
  detail: unknown;
  hash: string;
}

/** What the database says of the end of the chain. */
export interface ChainHead {
  lastId: number;
  lastHash: string;
}

/** `brokenAt` is the first id that is missing or does not fit; null where the chain is whole. */
export interface Verification {
  ok: boolean;
  /** Entries that were found to be right. */
  entries: number;
  brokenAt: number | null;
  reason: string | null;
}

/**
 * Follows the hash chain from its beginning: every entry must have the next id and the hash that it and the one before
 * give, and the last must be the head's. Keeps nothing but the last hash, so the log may be of any length.
 *
 * An attacker who rewrites all that follows, the head included, is only found by a head noted down elsewhere.
 */
export async function verifyChain(
  entries: AsyncIterable<ChainEntry> | Iterable<ChainEntry>,
  head: ChainHead,
): Promise<Verification> {
  let [count, previous] = [0, ''];
  const broken = (id: number, reason: string): Verification => ({ ok: false, entries: count, brokenAt: id, reason });
  for await (const entry of entries) {
    if (entry.id !== count + 1) return broken(count + 1, 'An entry is missing.');
    if (chainHash(previous, entry) !== entry.hash) return broken(entry.id, 'The entry is not what was written.');
    previous = entry.hash;
    count++;
  }
  if (count !== head.lastId) return broken(count + 1, 'Entries at the end are missing.');
  if (previous !== head.lastHash) return broken(count, 'The head of the chain is not what was written.');
  return { ok: true, entries: count, brokenAt: null, reason: null };
}
