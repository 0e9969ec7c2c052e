import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { scaled } from './data';
import { measureAtlassian, measureLdap } from './sync-ldap';
import { measureUcm } from './sync-ucm';

const SUBJECTS = ['import', 'resync', 'incremental', 'ucm', 'atlassian'];
const LDAP_SUBJECTS = ['import', 'resync', 'incremental'];

/**
 * Measures the claims on synchronization, each against its limit in the same run: see `judge` for the goals. Exit code 1
 * where one is missed. `--only import,resync,incremental,ucm,atlassian` measures some of them, `--scale 0.1` with a tenth
 * of the data, `--steps` tells the steps of each run, `--profile FOLDER` writes CPU profiles of the workers.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: SUBJECTS.join(',') },
      scale: { type: 'string', default: '1' },
      steps: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const subjects = new Set(values.only.split(','));
  const unknown = [...subjects].find((subject) => !SUBJECTS.includes(subject));
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${SUBJECTS.join(', ')}.`);
  const scale = Number(values.scale);
  if (LDAP_SUBJECTS.some((subject) => subjects.has(subject))) await measureLdap(scaled(scale), subjects, values);
  if (subjects.has('ucm')) await measureUcm(scaled(scale).users, values);
  if (subjects.has('atlassian')) await measureAtlassian(scale, values);
}

void main();
