import { passwordFault } from '../../src/staff/password-policy';

describe('passwords of staff (XU9)', () => {
  it.each([
    ['Abcdef1!', null],
    ['', 'The password needs at least 8 characters, a lower-case letter, an upper-case letter, a digit, one of ~'],
    ['Abcde1!', 'at least 8 characters.'],
    ['ABCDEF1!', 'at least a lower-case letter.'],
    ['abcdef1!', 'at least an upper-case letter.'],
    ['Abcdefg!', 'at least a digit.'],
    ['Abcdefg1', 'at least one of ~!@#$%^&-_=+[{]}.'],
    ['abcdefgh', 'an upper-case letter, a digit, one of'],
    ['Abcdef1*', 'at least one of'],
    ['Abcdef1 ', 'at least one of'],
    ['ÄÖüéß123!', null],
  ])('XU9: while the Security Suite is on, %j', (password, fault) => {
    const found = passwordFault(password, true);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toContain(fault);
  });

  it.each([...'~!@#$%^&-_=+[{]}'])('XU9: %s is one of the sixteen characters', (character) => {
    expect(passwordFault(`Abcdef1${character}`, true)).toBeNull();
  });

  it.each([...'*()|\\;:\'",.<>/?`'])('XU9: %s is not', (character) => {
    expect(passwordFault(`Abcdef1${character}`, true)).not.toBeNull();
  });

  it('XU9: while it is off any password but the empty one is good', () => {
    expect(passwordFault('x', false)).toBeNull();
    expect(passwordFault('', false)).not.toBeNull();
  });
});
