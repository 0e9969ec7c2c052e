import type { RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';

import { describeWith } from './availability';
import { startMariadb, type Mariadb, type TestDatabase } from './mariadb';
import { createTestDatabase } from './shared-mariadb';

describeWith('mariadb', 'the shared MariaDB', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('gives an empty utf8mb4 database by its url', async () => {
    const connection = await createConnection(database.url.replace('mariadb:', 'mysql:'));
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT DATABASE() AS name, @@character_set_database AS charset',
    );
    await connection.end();
    expect(rows).toEqual([{ name: database.name, charset: 'utf8mb4' }]);
  });
});

describeWith('mariadb', 'a MariaDB of its own', () => {
  let server: Mariadb;

  beforeAll(async () => {
    server = await startMariadb({ isDurable: true });
  });
  afterAll(() => server.stop());

  it('keeps what was committed through a SIGKILL', async () => {
    const database = await server.createDatabase();
    const before = await server.connect();
    before.on('error', () => undefined);
    await before.query(`CREATE TABLE ${database.name}.kept (id INT PRIMARY KEY)`);
    await before.query(`INSERT INTO ${database.name}.kept VALUES (7)`);
    await server.kill();
    await expect(server.connect()).rejects.toThrow();
    await server.restart();
    const after = await server.connect();
    const [rows] = await after.query<RowDataPacket[]>(`SELECT id FROM ${database.name}.kept`);
    await after.end();
    expect(rows).toEqual([{ id: 7 }]);
  });
});
