/** How a measured value stands to its goal: both are printed, and a missed goal is the process' exit code. */
export function judge(name: string, value: number, goal: number, unit: string): void {
  const isKept = value <= goal;
  if (!isKept) process.exitCode = 1;
  say(`${isKept ? 'ok  ' : 'MISS'} ${name}: ${value.toFixed(2)} ${unit} (goal ≤ ${goal})`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The least of several measurements, in the unit of `measure`. */
export async function best(times: number, measure: (turn: number) => Promise<number>): Promise<number> {
  let result = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < times; turn++) result = Math.min(result, await measure(turn));
  return result;
}
