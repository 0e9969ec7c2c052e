const MIN_CHARACTERS = 8;
const SPECIAL = '~!@#$%^&-_=+[{]}';

const RULES: readonly [missing: string, isMet: (password: string) => boolean][] = [
  [`${MIN_CHARACTERS} characters`, (password) => [...password].length >= MIN_CHARACTERS],
  ['a lower-case letter', (password) => /\p{Ll}/u.test(password)],
  ['an upper-case letter', (password) => /\p{Lu}/u.test(password)],
  ['a digit', (password) => /[0-9]/.test(password)],
  [`one of ${SPECIAL}`, (password) => [...password].some((character) => SPECIAL.includes(character))],
];

/**
 * Why a password of call-centre staff is refused, with everything that it lacks; null where it is good (XU9). While the
 * Security Suite is off any password but the empty one is.
 */
export function passwordFault(password: string, isSecuritySuiteOn: boolean): string | null {
  if (!isSecuritySuiteOn) return password === '' ? 'A password is needed.' : null;
  const missing = RULES.filter(([, isMet]) => !isMet(password)).map(([what]) => what);
  return missing.length > 0 ? `The password needs at least ${missing.join(', ')}.` : null;
}
