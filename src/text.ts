/**
 * The folded form by which text is searched, ordered and compared, the same in every database: no accents, no case,
 * no outer white space. "Ärzte " and "arzte" fold alike.
 */
export function fold(text: string | null | undefined): string {
  if (!text) return '';
  if (ASCII.test(text)) return text.trim().toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .trim()
    .slice(0, 255);
}

const ASCII = /^[\x20-\x7e]*$/;

/** The dialled digits of a number (and a leading +), by which numbers are searched: `+41 31 531-11 11` → `+41315311111`. */
export function numberKey(number: string | null | undefined): string {
  return number
    ? number
        .replace(/(?!^\s*\+)[^\d*#]/g, '')
        .trim()
        .slice(0, 64)
    : '';
}

/** A pattern for LIKE … ESCAPE '!' that matches everything that starts with `prefix`. */
export function likePrefix(prefix: string): string {
  return prefix.replace(/[!%_]/g, '!$&') + '%';
}
