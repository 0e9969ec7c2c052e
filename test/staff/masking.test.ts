import { maskDigits, maskEmail } from '../../src/staff/masking';

describe('sensitive data of users (XU35)', () => {
  it.each([
    ['+41 31 531 11 11', '+XX XX XXX XX XX'],
    ['*21#', '*XX#'],
    ['', ''],
  ])('XU35: masks every digit of the number %j', (number, shown) => {
    expect(maskDigits(number)).toBe(shown);
  });

  it.each([
    ['anna.keller@example.com', 'aXXXXXXXXXX@example.com'],
    ['a@example.com', 'a@example.com'],
    ['7even@example.com', '7XXXX@example.com'],
    ['"a@b"@example.com', '"XXXX@example.com'],
    ['élodie@example.com', 'éXXXXX@example.com'],
    ['😀smile@example.com', '😀XXXXX@example.com'],
    ['no-address', 'nXXXXXXXXX'],
    ['@example.com', '@example.com'],
    ['', ''],
  ])('XU35: masks all but the first character of the local part of %j', (email, shown) => {
    expect(maskEmail(email)).toBe(shown);
  });
});
