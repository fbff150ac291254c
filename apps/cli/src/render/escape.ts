/**
 * Other people's names in five languages, so that none of them is taken for syntax.
 *
 * @module
 */
import { plain } from '../terminal.ts';

/** Not allowed in XML 1.0, however it is written. */
// eslint-disable-next-line no-control-regex
const noXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const entities: ReadonlyMap<string, string> = new Map([['&', '&amp;'], ['<', '&lt;'], ['>', '&gt;'], ['"', '&quot;'], ["'", '&#39;'], ['\n', '&#10;'], ['\r', '&#13;'], ['\t', '&#9;']]);

/** For text and attributes alike. */
export const xml = (text: string): string => text.replaceAll(noXml, '\uFFFD').replaceAll(/[&<>"'\n\r\t]/g, (mark) => entities.get(mark) ?? mark);

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export const csv = (text: string): string => {
  const safe = /^\s*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const markdownEntities: ReadonlyMap<string, string> = new Map([['&', '&amp;'], ['<', '&lt;'], ['>', '&gt;'], ['@', '&#64;'], ['://', '&#58;//'], ['www.', 'www&#46;']]);

/** One table cell: no line ends, and nothing that Markdown, HTML or a code host's links read. */
export const markdown = (text: string): string =>
  plain(text)
    .replaceAll(/[\n\t]/g, ' ')
    .replaceAll(/[\\`*_{}[\]()#+!|~]|[&<>@]|:\/\/|www\./gi, (mark) => markdownEntities.get(mark.toLowerCase()) ?? `\\${mark}`);

/** With its quotes. Only these two have a meaning in a quoted dot string; what begins with a backslash would be a line end or a port. */
export const dot = (text: string): string => `"${plain(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll(/[\n\t]/g, ' ')}"`;
