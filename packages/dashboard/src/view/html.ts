/** Markup that is safe to send. Only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What can stand in a template: text is escaped, markup is not, lists are joined, `false` and `null` are nothing. */
export type HtmlPart = string | number | Html | false | null | undefined | readonly HtmlPart[];

/** Markup from a template. Every value is escaped, in elements and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  let text = strings[0]!;
  values.forEach((value, i) => (text += rendered(value) + strings[i + 1]!));
  return new Html(text);
}

function rendered(value: HtmlPart): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return (value as readonly HtmlPart[]).map(rendered).join('');
  if (value === false || value === null || value === undefined) return '';
  return escaped(String(value as string | number));
}

function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`) : text;
}
