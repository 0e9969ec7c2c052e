/** The number with an X for each digit (XU35). */
export function maskDigits(number: string): string {
  return number.replace(/\p{Nd}/gu, 'X');
}

/**
 * The address with an X for each character of its local part but the first (XU35); the domain stays. The local part
 * ends at the last `@` (RFC 5321, 4.1.2: a quoted local part may contain one); without any, all is local part.
 */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = '', ...rest] = at < 0 ? email : email.slice(0, at);
  return first + 'X'.repeat(rest.length) + (at < 0 ? '' : email.slice(at));
}
