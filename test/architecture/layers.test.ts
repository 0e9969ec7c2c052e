import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('migrations'))
    .map((path) => join(folder, path));
}

describe('the code keeps its own rules', () => {
  const files = ['schema', 'src', 'sync'].flatMap(sources);

  it('imports run sync → src → schema, without cycles', () => {
    const { status, stdout } = spawnSync(
      join(root, 'node_modules/.bin/depcruise'),
      ['--config', '.dependency-cruiser.js', '--output-type', 'err', 'schema', 'src', 'sync', 'ormconfig.ts'],
      { cwd: root, encoding: 'utf8' },
    );
    expect(status === 0 ? '' : stdout).toBe('');
  }, 120_000);

  it.each(files)('%s has at most 300 lines', (file) => {
    expect(readFileSync(join(root, file), 'utf8').split('\n').length).toBeLessThanOrEqual(301);
  });

  it('only src/config.ts reads the environment', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(root, file), 'utf8')));
    expect(readers).toEqual(['src/config.ts']);
  });

  it('switches no check off', () => {
    const loose = files.filter((file) =>
      /\bas any\b|: any[;,)\]>=[]|@ts-ignore|@ts-nocheck|eslint-disable/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(loose).toEqual([]);
  });
});
