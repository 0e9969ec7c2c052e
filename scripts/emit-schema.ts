import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildGatewaySchema } from '../src/graphql';

/** Writes `schema/schema.graphql`; with `--check` only says whether it is what the code makes. */
const path = join(__dirname, '../schema/schema.graphql');
const text = `${printSchema(lexicographicSortSchema(buildGatewaySchema()))}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
} else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write('schema/schema.graphql is not what the code makes: run npm run schema:emit\n');
  process.exitCode = 1;
}
