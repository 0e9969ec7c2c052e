import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { resolveImportPath } from '../../../sync/sources/files';
import { SettingsError } from '../../../sync/source';

describe('import files', () => {
  let root: string;
  let imports: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'imports-')));
    imports = join(root, 'in');
    mkdirSync(join(imports, 'sub'), { recursive: true });
    mkdirSync(join(root, 'in-but-not-really'));
    writeFileSync(join(root, 'secret.txt'), 'secret');
    writeFileSync(join(root, 'in-but-not-really', 'a.ldif'), '');
    writeFileSync(join(imports, 'sub', 'a.ldif'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const refused = (path: string, folders = [imports]) => {
    try {
      resolveImportPath(path, folders);
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      expect((error as SettingsError).field).toBe('settings.path');
      return true;
    }
    return false;
  };

  it('are found below an import folder, absolute or relative to the working directory', () => {
    const file = join(imports, 'sub', 'a.ldif');
    expect(resolveImportPath(file, [imports])).toBe(file);
    expect(resolveImportPath(relative(process.cwd(), file), [join(root, 'other'), imports])).toBe(file);
  });

  it('may be still to come', () => {
    expect(resolveImportPath(join(imports, 'later.ldif'), [imports])).toBe(join(imports, 'later.ldif'));
  });

  it('are refused outside, whatever the spelling', () => {
    expect(refused(join(root, 'secret.txt'))).toBe(true);
    expect(refused(join(imports, '..', 'secret.txt'))).toBe(true);
    expect(refused(`${imports}/sub/../../secret.txt`)).toBe(true);
    expect(refused(join(root, 'in-but-not-really', 'a.ldif'))).toBe(true);
    expect(refused('/etc/passwd')).toBe(true);
    expect(refused(join(imports, 'a\0.ldif'))).toBe(true);
    expect(refused('  ')).toBe(true);
    expect(refused(join(imports, 'sub', 'a.ldif'), [])).toBe(true);
  });

  it('are refused behind links that lead outside or nowhere, and inside links are followed', () => {
    symlinkSync(join(root, 'secret.txt'), join(imports, 'link'));
    symlinkSync(root, join(imports, 'folder'));
    symlinkSync(join(root, 'not-there'), join(imports, 'dangling'));
    symlinkSync(join(imports, 'sub', 'a.ldif'), join(imports, 'fine'));
    expect(refused(join(imports, 'link'))).toBe(true);
    expect(refused(join(imports, 'folder', 'secret.txt'))).toBe(true);
    expect(refused(join(imports, 'folder', 'later.txt'))).toBe(true);
    expect(refused(join(imports, 'dangling'))).toBe(true);
    expect(resolveImportPath(join(imports, 'fine'), [imports])).toBe(join(imports, 'sub', 'a.ldif'));
  });

  it('must be regular files', () => {
    expect(refused(join(imports, 'sub'))).toBe(true);
    expect(refused(imports)).toBe(true);
  });

  it('tell nothing of what exists outside', () => {
    const words = (path: string) => {
      try {
        resolveImportPath(path, [imports]);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(words(join(root, 'secret.txt'))).toBe(words(join(root, 'no-secret.txt')));
  });
});
