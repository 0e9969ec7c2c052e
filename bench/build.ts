import { transformFileSync, type Options } from '@swc/core';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const OPTIONS: Options = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
};

/**
 * Compiles the product and one file of the benches, so that what is measured is what runs from a build: the compiler
 * that starts from sources need not be in memory. @returns the path of the compiled file.
 */
export function buildFor(file: string): string {
  const target = join(ROOT, 'bench/.data/dist');
  rmSync(target, { recursive: true, force: true });
  const sources = [
    ...['schema', 'src', 'sync'].flatMap((folder) => filesBelow(join(ROOT, folder))),
    join(ROOT, 'ormconfig.ts'),
    file,
  ];
  for (const source of sources) {
    const output = join(target, relative(ROOT, source).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, transformFileSync(source, OPTIONS).code);
  }
  return join(target, relative(ROOT, file).replace(/\.ts$/, '.js'));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : [];
  });
}
