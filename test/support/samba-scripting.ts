import { run } from './processes';

export interface SambaScripting {
  /**
   * Runs Python against the domain's database, in one transaction that a thrown error undoes; it works while the server
   * runs, whose readers see it at once afterwards. The script has `db` (samba.samdb.SamDB), `ldb`, `base` (the domain's
   * DN), `ou` (the people's DN) and `args` (what is given here, through JSON). Gives what it printed.
   *
   * @throws Error with Python's traceback.
   */
  python(script: string, args?: unknown): Promise<string>;
}

// Samba's modules belong to the system's Python, whatever else comes first in PATH.
const PYTHON = '/usr/bin/python3';

const PRELUDE = `
import json, sys
import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
conf, sam, script = sys.argv[1:4]
args = json.load(sys.stdin)
lp = LoadParm()
lp.load(conf)
db = SamDB(url=sam, session_info=system_session(lp), lp=lp,
           options=['batch_mode:1', 'transaction_index_cache_size:200000'])
base = str(db.get_default_basedn())
ou = 'OU=People,' + base
db.transaction_start()
try:
    exec(compile(script, 'script', 'exec'))
except BaseException:
    db.transaction_cancel()
    raise
db.transaction_commit()
`;

/** Scripts for the domain whose configuration and sam.ldb (absolute paths) these are. */
export function sambaScripting(configuration: string, database: string): SambaScripting {
  return {
    python: (script, args = null) =>
      run(PYTHON, ['-I', '-c', PRELUDE, configuration, database, script], {
        input: JSON.stringify(args),
        timeoutMs: 600_000,
      }),
  };
}
