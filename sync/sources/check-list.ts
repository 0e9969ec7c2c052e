import type { Check, CheckStatus } from '../source';

/** The checks of a diagnosis in their order, for every kind but UCM (contract, requirement S13). */
export const DIAGNOSIS = [
  'dns',
  'tcp',
  'tls',
  'startTls',
  'bind',
  'base',
  'paging',
  'range',
  'incremental',
  'sample',
] as const;

/** UCM has `authenticate` and `version` in place of `bind`. */
export const UCM_DIAGNOSIS = [
  'dns',
  'tcp',
  'tls',
  'startTls',
  'authenticate',
  'version',
  'base',
  'paging',
  'range',
  'incremental',
  'sample',
] as const;

/**
 * Collects the checks of a diagnosis. Whatever was not reached is SKIPPED at the end, so that the list always names
 * every check, in order.
 */
export class CheckList<Name extends string> {
  private readonly found = new Map<Name, Check>();

  constructor(private readonly order: readonly Name[]) {}

  set(name: Name, status: CheckStatus, detail: string): void {
    this.found.set(name, { name, status, detail });
  }

  /** Marks checks that this kind of source does not have. */
  skip(names: readonly Name[], detail: string): void {
    for (const name of names) this.set(name, 'SKIPPED', detail);
  }

  /**
   * Runs one check: its returned text is the detail of an OK, a throw is FAILED with the error's words.
   *
   * @returns whether it passed
   */
  async run(name: Name, check: () => Promise<string | { status: CheckStatus; detail: string }>): Promise<boolean> {
    try {
      const outcome = await check();
      if (typeof outcome === 'string') this.set(name, 'OK', outcome);
      else this.set(name, outcome.status, outcome.detail);
      return this.found.get(name)?.status !== 'FAILED';
    } catch (error) {
      this.set(name, 'FAILED', error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  finish(): Check[] {
    return this.order.map(
      (name) => this.found.get(name) ?? { name, status: 'SKIPPED', detail: 'Not reached: an earlier check failed.' },
    );
  }
}
