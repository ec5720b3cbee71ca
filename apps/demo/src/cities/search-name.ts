/** A name as it is searched: without case and accents, so that `sao` finds São Paulo and `łódź` is found by `lodz`. */
export function searchName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[øłđðþßæœıħŧ]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/['’‘ʻ`´]/g, "'")
    .trim();
}

/** Letters that no decomposition takes apart. */
const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
};
