import type { FieldChange, RunCounts } from '../../schema/sync-run';

/** A change as a terminal shows it. */
export interface ShownChange {
  kind: string;
  action: string;
  label: string;
  via: string | null;
  fields: FieldChange[];
}

export interface ShownPlan {
  state: string;
  complete: boolean;
  mode: string;
  modeReason: string | null;
  refusal: string | null;
  error: string | null;
  counts: RunCounts;
  changes: ShownChange[];
  changeCount: number;
  quarantine: { label: string | null; externalId: string | null; reason: string }[];
}

const MARKS: Record<string, string> = {
  CREATE: '+',
  ADD: '+',
  REVIVE: '+',
  UPDATE: '~',
  VANISH: '-',
  REMOVE: '-',
  PURGE: '✕',
};
const COLOURS: Record<string, string> = { '+': '32', '~': '33', '-': '31', '✕': '31' };

/** A plan as text: what would change, line by line, then the sums and what stands in the way. */
export function renderPlan(plan: ShownPlan, hasColour: boolean): string {
  const paint = (code: string, text: string) => (hasColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = plan.changes.map((change) => {
    const mark = MARKS[change.action] ?? ' ';
    const via = change.via && change.via !== 'DIRECT' ? ` (${change.via.toLowerCase()})` : '';
    const head = `  ${paint(COLOURS[mark] ?? '0', mark)} ${change.kind.toLowerCase().padEnd(10)} ${change.label}${via}`;
    return [
      head,
      ...(change.action === 'UPDATE' ? change.fields.map((field) => `      ${fieldLine(field)}`) : []),
    ].join('\n');
  });
  const more = plan.changeCount - plan.changes.length;
  if (more > 0) lines.push(`  … and ${more} more`);
  for (const record of plan.quarantine) {
    lines.push(
      `  ${paint('35', '!')} quarantined ${record.label ?? record.externalId ?? 'an entry'}: ${record.reason}`,
    );
  }
  return [...lines, '', ...summary(plan)].join('\n');
}

function fieldLine(field: FieldChange): string {
  const shown = (value: string | null) => (value === null ? '(none)' : JSON.stringify(value));
  return `${field.field}: ${shown(field.before)} → ${shown(field.after)}${field.locked ? '  (locked by hand: stays)' : ''}`;
}

function summary(plan: ShownPlan): string[] {
  const { counts } = plan;
  const read = plan.complete ? 'read to its end' : 'NOT read to its end: nothing is removed or applied';
  const lines = [
    `${plan.state.toLowerCase()}: the directory was ${read} (${plan.mode.toLowerCase()}${plan.modeReason ? `: ${plan.modeReason}` : ''})`,
    `people and groups: ${counts.created} new, ${counts.updated} changed, ${counts.vanished} gone, ${counts.revived} back, ${counts.purged} purged, ${counts.unchanged} as they were`,
    `memberships: ${counts.membershipsAdded} added, ${counts.membershipsRemoved} removed; ${counts.unresolvedMembers} member values are nobody imported; ${counts.quarantined} quarantined`,
  ];
  if (plan.refusal) lines.push(`refused: ${plan.refusal}`);
  if (plan.error) lines.push(`failed: ${plan.error}`);
  return lines;
}

/** One line of progress; with an unknown total it counts. */
export function renderProgress(progress: { phase: string; done: number; total: number | null }, width = 30): string {
  const { phase, done, total } = progress;
  if (!total) return `${phase} ${done}`;
  const filled = Math.round(Math.min(1, done / total) * width);
  return `${phase} [${'█'.repeat(filled)}${'·'.repeat(width - filled)}] ${done}/${total}`;
}

/** Rows in columns, padded. */
export function renderTable(header: string[], rows: string[][]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
