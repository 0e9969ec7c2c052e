/** How much of a remote number a client sees. `all` overrides `digits`; 0 digits without `all` is off. */
export interface MaskedDigits {
  all: boolean;
  digits: number;
}

export interface PresentedCaller {
  number: string;
  name: string | null;
}

const DIGIT = /\p{Nd}/u;

/** Whether anything is masked. */
export function isMasking(mask: MaskedDigits): boolean {
  return mask.all || mask.digits > 0;
}

/**
 * The number as a client may see it: the last digits, or all, become `X` (C16, C17). Only digits count and only digits
 * are replaced; more digits to mask than there are masks every one.
 */
export function maskNumber(number: string, mask: MaskedDigits): string {
  const characters = [...number];
  let left = mask.all ? Infinity : mask.digits;
  for (let i = characters.length - 1; i >= 0 && left > 0; i--) {
    if (!DIGIT.test(characters[i])) continue;
    characters[i] = 'X';
    left--;
  }
  return characters.join('');
}

/** What a console may display of a caller: while masking is on, no name (C18). */
export function presentCaller(number: string, name: string | null | undefined, mask: MaskedDigits): PresentedCaller {
  return { number: maskNumber(number, mask), name: isMasking(mask) ? null : (name ?? null) };
}
