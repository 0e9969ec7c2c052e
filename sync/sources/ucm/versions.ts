/** Versions of the AXL schema that this connector speaks, the highest first. */
export const AXL_VERSIONS = ['15.0', '14.0', '12.5', '12.0', '11.5', '11.0'] as const;

/**
 * The versions a call manager names when it refuses one: HTTP 599, `Incorrect axl version. Supported axl versions are
 * 12.x, 14.0 and 15.0` (seen in its HTML). Empty where it names none.
 */
export function versionsNamed(text: string): string[] {
  const list = /Supported axl versions are([^<]*)/i.exec(text)?.[1] ?? '';
  return list.match(/\d+\.(?:\d+|x)/gi) ?? [];
}

/** The highest version that both speak and that was not tried yet, or null. */
export function highestMutual(named: string[], tried: ReadonlySet<string>): string | null {
  const isNamed = (version: string) =>
    named.some((name) => name === version || (/x$/i.test(name) && version.split('.')[0] === name.split('.')[0]));
  return AXL_VERSIONS.find((version) => !tried.has(version) && isNamed(version)) ?? null;
}
