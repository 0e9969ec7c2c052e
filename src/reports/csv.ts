/** What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection"), full-width signs included. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const SPECIAL = /[",\r\n]/;

/** One field (RFC 4180). A leading `'` keeps spreadsheets from taking a value for a formula (XU22, XU36). */
function csvField(value: string | null): string {
  if (value === null || value === '') return '';
  const text = FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** One record with its line break. */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}
