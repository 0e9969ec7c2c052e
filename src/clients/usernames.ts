const MAX_CHARACTERS = 255;

/**
 * The form in which usernames are compared (C35): whatever the case, and whichever way accents are composed.
 *
 * Going through upper case folds what lower case alone keeps apart (`ß` and `ss`, the final sigma), like Unicode's full
 * case folding (Unicode Standard, 5.18.4), with the dotless i joining i.
 */
export function usernameKey(username: string): string {
  return username.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * Why a client cannot have a username, null where it can (C35): 1 to 255 characters, neither control characters nor
 * halves of surrogate pairs.
 */
export function usernameFault(username: string): string | null {
  if (username === '') return 'A username is needed.';
  if (/\p{Cc}|\p{Cs}/u.test(username)) return 'A username must not contain control characters.';
  // The key is stored too, and ß counts twice in it.
  const characters = Math.max([...username].length, [...usernameKey(username)].length);
  return characters > MAX_CHARACTERS ? `A username has at most ${MAX_CHARACTERS} characters.` : null;
}
