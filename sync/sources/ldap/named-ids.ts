import type { SearchAnswer } from './connection';
import type { Dialect } from './dialect';
import type { Entry } from './entry';
import { incomplete, LdapResultError } from './failure';
import { groupSearch, scopeControls, userSearch } from './full-read';
import type { History } from './history';
import { readPages, refuseReferences } from './paging';
import { contextOf, readRootDse } from './root-dse';
import type { LdapSession } from './session';
import type { LdapSettings } from './settings';

/** Searches on their way at once: what is known is loaded meanwhile, and holds this thread up now and then. */
const SEARCHES_AT_ONCE = 4;
const STEP = 'Looking names up';

/** An entry as far as it can be pointed at. */
interface Named {
  externalId: string;
  refs: string[];
}

/**
 * The ids of entries that others point at by name (members, managers, primary groups): found among what was told, else
 * asked for by name.
 */
export class NamedIds {
  private readonly ids = new Map<string, string | null>();
  /** Refs that were not asked for yet. */
  private open: string[] = [];
  /** What was found by name alone: whether it is in the source's sight is judged later. */
  private met: Named[] = [];

  constructor(
    private readonly session: LdapSession,
    private readonly settings: LdapSettings,
    private readonly dialect: Dialect,
    private readonly history: History,
  ) {}

  get size(): number {
    return this.ids.size;
  }

  /** Whether anything is pointed at by a user id instead of a name. */
  get hasUserIds(): boolean {
    return [...this.ids.keys()].some((ref) => ref.startsWith('uid:'));
  }

  want(ref: string): void {
    if (this.ids.has(ref)) return;
    this.ids.set(ref, null);
    this.open.push(ref);
  }

  find(externalId: string, refs: readonly string[]): void {
    for (const ref of refs) if (this.ids.has(ref)) this.ids.set(ref, externalId);
  }

  idOf(ref: string): string | null {
    return this.ids.get(ref) ?? null;
  }

  /**
   * Asks for what is wanted and not found, each ref once.
   *
   * @param isByNameAlone without the source's filters, which costs the server much less: `settle` must follow.
   * @returns false where that cannot be done: then all ids are to be read.
   */
  async lookUp(isByNameAlone: boolean): Promise<boolean> {
    const refs = this.open.filter((ref) => this.ids.get(ref) === null);
    if (refs.length === 0) return true;
    if (refs.length > this.history.maxLookedUp || this.history.byRefs([]) === null) return false;
    this.open = [];
    const parts: string[][] = [];
    const { refsAtOnce } = this.history;
    for (let at = 0; at < refs.length; at += refsAtOnce) parts.push(refs.slice(at, at + refsAtOnce));
    if (isByNameAlone) return this.askAtOnce(parts, contextOf(await readRootDse(this.session), this.settings.baseDn));
    for (const part of parts) await this.askFiltered(part);
    return true;
  }

  /**
   * Takes what was found by name alone, if it is the source's.
   *
   * @returns whether all is answered surely: our spelling of names in other letters than ASCII may not be the server's.
   */
  settle(isInSight: (externalId: string) => boolean): boolean {
    for (const { externalId, refs } of this.met) {
      const open = refs.filter((ref) => this.ids.get(ref) === null);
      if (open.length > 0 && isInSight(externalId)) this.find(externalId, open);
    }
    this.met = [];
    for (const [ref, id] of this.ids) if (id === null && !/^[\x20-\x7e]*$/.test(ref)) return false;
    return true;
  }

  private async askFiltered(refs: readonly string[]): Promise<void> {
    for (const search of [userSearch, groupSearch]) {
      const left = refs.filter((ref) => this.ids.get(ref) === null);
      const filter = left.length === 0 ? null : this.history.byRefs(left);
      if (filter === null) return;
      const lean = { ...search(this.settings, this.dialect, filter), attributes: [...this.dialect.sweepAttributes] };
      for await (const page of readPages(this.session, lean)) {
        for (const entry of page) {
          const named = this.named(entry);
          if (named !== null) this.find(named.externalId, named.refs);
        }
      }
    }
  }

  private async askAtOnce(parts: string[][], base: string): Promise<boolean> {
    let isAnswered = true;
    let next = 0;
    const ask = async (): Promise<void> => {
      for (let part = parts[next++]; part !== undefined && isAnswered; part = parts[next++])
        isAnswered = (await this.askByName(part, base)) && isAnswered;
    };
    await Promise.all(Array.from({ length: SEARCHES_AT_ONCE }, ask));
    return isAnswered;
  }

  /** Not by pages: OpenLDAP reads one search of a connection at a time by pages. False where the server refuses. */
  private async askByName(refs: string[], base: string): Promise<boolean> {
    const filter = this.history.byRefs(refs);
    if (filter === null) return false;
    const { url } = this.session.server;
    let answer: SearchAnswer;
    try {
      answer = await this.session.search({
        base,
        scope: 'sub',
        filter,
        attributes: [...this.dialect.sweepAttributes],
        controls: scopeControls(this.settings),
      });
    } catch (error) {
      if (error instanceof LdapResultError) return false;
      throw incomplete(STEP, url, error);
    }
    refuseReferences(answer, STEP, url);
    for (const entry of answer.entries) {
      const named = this.named(entry);
      if (named !== null) this.met.push(named);
    }
    return true;
  }

  private named(entry: Entry): Named | null {
    const externalId = this.dialect.externalId(entry);
    return externalId === null ? null : { externalId, refs: this.dialect.refs(entry) };
  }
}
