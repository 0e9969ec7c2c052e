import type { MaskedDigits } from '../../schema/client';

/** The mask of a client's row. */
export function maskOf(row: { maskAll: boolean | number; maskDigits: number }): MaskedDigits {
  return { all: Boolean(row.maskAll), digits: row.maskDigits };
}
