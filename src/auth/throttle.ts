import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { SignInFailure } from '../../schema/session';
import type { Clock } from '../clock';
import { forUpdate, inList, rowsIn, type Database } from '../database';
import { AppError } from '../errors';

/** How many failures are free, how long the first block is, and how many attempts may be under way at a time. */
interface Limit {
  failures: number;
  firstBlock: number;
  atOnce: number;
}

const MINUTE = 60_000;
/** Failures are forgotten this long after the last one or its block, and no block is longer: nobody is locked out for good. */
const WINDOW = 15 * MINUTE;
const ACCOUNT: Limit = { failures: 5, firstBlock: MINUTE / 2, atOnce: 1 };
/** Wider: many people may share one address. */
const ADDRESS: Limit = { failures: 50, firstBlock: MINUTE / 6, atOnce: 10 };

interface Subject {
  name: string;
  limit: Limit;
}

/**
 * Slows down guessing: failures are counted per account name (also of names that do not exist) and per address, in the
 * database, so that all replicas count together. Beyond the limit each failure doubles the block. Attempts during a block
 * are refused unread and do not lengthen it.
 */
export class Throttle {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs an attempt and counts it if it fails.
   * Attempts on one account take turns, so that a burst in parallel is counted like one in sequence.
   * @throws RATE_LIMITED with `retryAfterSeconds`, without running it.
   */
  async attempt<T>(account: string, address: string, work: () => Promise<T | null>): Promise<T | null> {
    const subjects = [subject('account', account, ACCOUNT), subject('address', address, ADDRESS)] as const;
    const [own, shared] = subjects;
    return inTurn(own, () =>
      inTurn(shared, async () => {
        await this.refuseBlocked(subjects);
        const result = await work();
        if (result === null) await this.db.write((em) => this.count(em, subjects));
        return result;
      }),
    );
  }

  /** Forgets an account's failures: its owner has signed in. The address keeps its own. */
  async clear(em: EntityManager, account: string): Promise<void> {
    await em.query('DELETE FROM sign_in_failure WHERE subject = ?', [subject('account', account, ACCOUNT).name]);
  }

  private async refuseBlocked(subjects: readonly Subject[]): Promise<void> {
    const now = this.clock.now();
    const among = inList(subjects.map(({ name }) => name));
    const row = await this.db.first<{ until: number | null }>(
      `SELECT MAX(blockedUntil) AS until FROM sign_in_failure WHERE subject IN ${among.sql}`,
      among.params,
    );
    const left = Number(row?.until ?? 0) - now;
    if (left <= 0) return;
    const retryAfterSeconds = Math.ceil(left / 1000);
    throw new AppError('RATE_LIMITED', 'Too many failed attempts. Try again later.', { retryAfterSeconds });
  }

  private async count(em: EntityManager, subjects: readonly Subject[]): Promise<void> {
    const now = this.clock.now();
    await em.query('DELETE FROM sign_in_failure WHERE resetAt <= ?', [now]);
    for (const { name, limit } of subjects) {
      const [row] = await rowsIn<{ failures: number }>(
        em,
        `SELECT failures FROM sign_in_failure WHERE subject = ?${forUpdate(em)}`,
        [name],
      );
      const failures = Number(row?.failures ?? 0) + 1;
      const blockedUntil = failures < limit.failures ? null : now + blockOf(failures, limit);
      await em.upsert(
        SignInFailure,
        { subject: name, failures, resetAt: (blockedUntil ?? now) + WINDOW, blockedUntil },
        ['subject'],
      );
    }
  }
}

function blockOf(failures: number, limit: Limit): number {
  return Math.min(limit.firstBlock * 2 ** (failures - limit.failures), WINDOW);
}

/** Typed names may be of any length: long ones are kept as their digest. */
function subject(kind: string, name: string, limit: Limit): Subject {
  const text = name.length <= 200 ? name : createHash('sha256').update(name).digest('hex');
  return { name: `${kind}:${text}`, limit };
}

const running = new Map<string, { count: number; waiting: (() => void)[] }>();

/** Lets at most `atOnce` attempts on a subject run at a time in this process. */
async function inTurn<T>({ name, limit }: Subject, work: () => Promise<T>): Promise<T> {
  const turns = running.get(name) ?? { count: 0, waiting: [] };
  running.set(name, turns);
  if (turns.count >= limit.atOnce) await new Promise<void>((resolve) => turns.waiting.push(resolve));
  else turns.count++;
  try {
    return await work();
  } finally {
    const next = turns.waiting.shift();
    if (next) next();
    else if (--turns.count === 0) running.delete(name);
  }
}
