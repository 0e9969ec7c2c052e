import { createWriteStream, renameSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { directoryEntries } from '../../test/support/directory-ldif';
import type { DataSize } from '../data';
import { ask, post } from '../reads/subjects';

interface Run {
  id: string;
  state: string;
  error: string | null;
  counts: Record<string, number>;
}

const COUNTS = 'created updated membershipsAdded membershipsRemoved';
const RUN = `id state error counts { ${COUNTS} }`;
/** One person in so many has another title in the second state, and one group in so many lacks its first member. */
const PERSON_STEP = 50;
const GROUP_STEP = 10;

/**
 * A directory as an LDIF file that is in one of two states, which differ in a fiftieth of the people and a membership of
 * every tenth group; and a source that imports it.
 */
export class ChangingDirectory {
  private state = 0;

  private constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly folder: string,
    private readonly sourceId: string,
  ) {}

  static async create(url: string, token: string, folder: string, size: DataSize): Promise<ChangingDirectory> {
    const entries = { ...size, hasMemberOf: false };
    await pipeline(Readable.from(inBlocks(directoryEntries(entries))), createWriteStream(join(folder, 'state-0.ldif')));
    const others = changed(directoryEntries(entries));
    await pipeline(Readable.from(inBlocks(others)), createWriteStream(join(folder, 'state-1.ldif')));
    await copyFile(join(folder, 'state-0.ldif'), join(folder, 'directory.ldif'));
    const settings = { path: join(folder, 'directory.ldif'), dialect: 'LDAP' };
    const query = 'mutation ($input: DirectorySourceInput!) { createDirectorySource(input: $input) { id } }';
    const text = await ask(url, post('/graphql', query, { input: { name: 'load', kind: 'LDIF', settings } }, token));
    const { data } = JSON.parse(text) as { data?: { createDirectorySource: { id: string } } };
    if (!data) throw new Error(text);
    return new ChangingDirectory(url, token, folder, data.createDirectorySource.id);
  }

  /** Puts the other state in place and imports it, again and again. @returns a line of each run */
  async syncUntil(end: number): Promise<string[]> {
    const runs: string[] = [];
    while (Date.now() < end) {
      this.state = 1 - this.state;
      await copyFile(join(this.folder, `state-${this.state}.ldif`), join(this.folder, 'next.ldif'));
      renameSync(join(this.folder, 'next.ldif'), join(this.folder, 'directory.ldif'));
      runs.push(await this.sync());
    }
    return runs;
  }

  /** One run to its end. @returns what it did, in a line @throws Error where it did not succeed */
  async sync(): Promise<string> {
    const begin = performance.now();
    const { startSync } = await this.ask<{ startSync: Run }>(
      `mutation ($id: ID!) { startSync(sourceId: $id, mode: FULL) { ${RUN} } }`,
      this.sourceId,
    );
    for (let run: Run = startSync; ; await sleep(200)) {
      if (run.state === 'SUCCEEDED') {
        const counts = Object.entries(run.counts).map(([name, count]) => `${name} ${count}`);
        return `${((performance.now() - begin) / 1000).toFixed(1)} s, ${counts.join(', ')}`;
      }
      if (['FAILED', 'REFUSED', 'CANCELLED'].includes(run.state))
        throw new Error(`The run is ${run.state}: ${run.error}`);
      run = (await this.ask<{ syncRun: Run }>(`query ($id: ID!) { syncRun(id: $id) { ${RUN} } }`, startSync.id))
        .syncRun;
    }
  }

  private async ask<Data>(query: string, id: string): Promise<Data> {
    const text = await ask(this.url, post('/graphql', query, { id }, this.token));
    const { data, errors } = JSON.parse(text) as { data?: Data; errors?: unknown };
    if (errors || !data) throw new Error(text.slice(0, 500));
    return data;
  }
}

/** The second state: other titles, and groups that lack their first member. */
function* changed(entries: Iterable<string>): Generator<string> {
  let [people, groups] = [0, 0];
  for (const entry of entries) {
    const isGroup = entry.includes('objectClass: groupOfNames');
    if (isGroup && groups++ % GROUP_STEP === 0 && entry.split('\nmember: ').length > 2)
      yield entry.replace(/\nmember: [^\n]+/, '');
    else if (!isGroup && people++ % PERSON_STEP === 0) yield entry.replace(/\ntitle: .*/, '\ntitle: Another title');
    else yield entry;
  }
}

function* inBlocks(entries: Iterable<string>): Generator<string> {
  let block = '';
  for (const entry of entries) {
    block += entry;
    if (block.length < 1 << 18) continue;
    yield block;
    block = '';
  }
  yield block;
}
